import { isJsonList, isJsonObject, type Json } from '../../../twins/json.ts';
import { invalid, type Problem } from './refusal.ts';
import type { Attribute } from './resource.ts';
import type { Settings } from './settings.ts';
import { isDate, iso, parseSpan } from './times.ts';

/**
 * Attributes as the vendor's forms read them: a number for a text becomes a text, a text for a number is one if it looks so. Source:
 * OroPlatform, "Resource fields" (API guide), and Symfony's form types, which also trim texts and turn empty ones into null.
 */
export function readValue(
  attribute: Attribute,
  given: Json,
  pointer: string,
  settings: Settings,
  problems: Problem[],
): Json {
  if (given === null) return attribute.kind === 'list' ? [] : null;
  if (attribute.kind === 'list') return readList(attribute.item ?? 'email', given, pointer, settings, problems);
  const read = readers[attribute.kind](given, settings);
  if (read !== undefined) return read;
  problems.push(invalid('form', 'This value is not valid.', pointer));
  return null;
}

type Reader = (given: Json, settings: Settings) => Json | undefined;

const readers: Readonly<Record<Exclude<Attribute['kind'], 'list'>, Reader>> = {
  string: (given, settings) => readText(given, settings),
  text: (given, settings) => readText(given, settings),
  integer: (given) => (isNumeric(given) && Number.isSafeInteger(Number(given)) ? Number(given) : undefined),
  float: readNumber,
  percent: readNumber,
  money: (given) => (isNumeric(given) ? Number(given).toFixed(4) : undefined),
  boolean: readFlag,
  date: (given) => (typeof given === 'string' && isDate(given) ? given : undefined),
  datetime(given) {
    const span = typeof given === 'string' && given.includes('T') ? parseSpan(given) : undefined;
    return span === undefined ? undefined : iso(span.from);
  },
  object: () => undefined,
};

function readText(given: Json, { textInput, emptyText }: Settings): string | null | undefined {
  // Symfony takes false for a field that was not filled in.
  if (given === false || given === null) return null;
  if (typeof given === 'object') return undefined;
  const text = given === true ? '1' : String(given);
  const trimmed = textInput === 'trim' ? text.trim() : text;
  return trimmed === '' && emptyText === 'null' ? null : trimmed;
}

function readNumber(given: Json): number | undefined {
  return isNumeric(given) ? Number(given) : undefined;
}

function readFlag(given: Json): boolean | undefined {
  if (given === true || given === 'true' || given === 1 || given === '1' || given === 'yes') return true;
  if (given === false || given === 'false' || given === 0 || given === '0' || given === 'no') return false;
  return undefined;
}

function isNumeric(given: Json): boolean {
  if (typeof given === 'number') return Number.isFinite(given) && Math.abs(given) < 1e15;
  return typeof given === 'string' && /^[-+]?\d{1,15}(\.\d{1,15})?$/.test(given);
}

/** `[{"email":"a@b.c"}]`: the whole set, in its order. */
function readList(item: string, given: Json, pointer: string, settings: Settings, problems: Problem[]): Json {
  if (!isJsonList(given)) {
    problems.push(invalid('form', 'This value is not valid.', pointer));
    return [];
  }
  return given.flatMap((member, index) => {
    const at = `${pointer}/${index}`;
    if (!isJsonObject(member)) {
      problems.push(invalid('form', 'This value is not valid.', at));
      return [];
    }
    const extra = Object.keys(member).filter((key) => key !== item);
    if (extra.length > 0) problems.push(extraFields(extra, at));
    const text = readText(member[item] ?? null, settings);
    if (text === undefined) problems.push(invalid('form', 'This value is not valid.', `${at}/${item}`));
    else if (text === null || text === '') problems.push(notBlank(`${at}/${item}`));
    else checkText(item === 'email' ? { isEmail: true, max: 255 } : { max: 255 }, text, `${at}/${item}`, problems);
    return [{ [item]: text ?? null }];
  });
}

/** What Symfony's validators say of a value that could be read. */
export function checkValue(attribute: Attribute, value: Json, pointer: string, problems: Problem[]): void {
  if (attribute.required === true && (value === null || value === '')) problems.push(notBlank(pointer));
  else if (typeof value === 'string') checkText(attribute, value, pointer, problems);
}

function checkText(
  { max, choices, isEmail, isUrl }: Pick<Attribute, 'max' | 'choices' | 'isEmail' | 'isUrl'>,
  text: string,
  pointer: string,
  problems: Problem[],
): void {
  if (max !== undefined && [...text].length > max) {
    problems.push(invalid('length', `This value is too long. It should have ${max} characters or less.`, pointer));
  }
  if (choices !== undefined && !choices.includes(text)) {
    problems.push(invalid('choice', 'The value you selected is not a valid choice.', pointer));
  }
  if (isEmail === true && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text)) {
    problems.push(invalid('email', 'This value is not a valid email address.', pointer));
  }
  if (isUrl === true && !(/^https?:\/\//.test(text) && URL.canParse(text))) {
    problems.push(invalid('url', 'This value is not a valid URL.', pointer));
  }
}

export function notBlank(pointer: string): Problem {
  return invalid('not blank', 'This value should not be blank.', pointer);
}

/** The primary record's own extra fields have no pointer; those of what lies below have one. */
export function extraFields(names: readonly string[], pointer?: string): Problem {
  const listed = names.map((name) => `"${name}"`).join(', ');
  return invalid('extra fields', `This form should not contain extra fields: ${listed}.`, pointer);
}
