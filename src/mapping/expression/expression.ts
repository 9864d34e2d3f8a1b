import {
  type ASTNode,
  TypeError as CelTypeError,
  type Environment,
  EvaluationError,
  ParseError,
  type ParseResult,
} from '@marcbachmann/cel-js';
import { fieldOf } from '../../model/object-type.ts';
import type { Side } from '../../model/record.ts';
import type { Computed } from '../../model/sync.ts';
import { type Fields, show, type Value } from '../../model/value.ts';
import { didYouMean, listed } from '../problem.ts';
import { ValueError } from './functions.ts';
import type { Language } from './language.ts';
import { type Mistake, mistakesOf, type Source } from './mistakes.ts';
import { type Reading, readingOf } from './reading.ts';
import { celTypeOf, fromCel, toCel } from './values.ts';

export type Compiled =
  /** `celType` is CEL's name of what the expression gives. */
  | { readonly ok: true; readonly computed: Computed; readonly celType: string }
  | { readonly ok: false; readonly mistakes: readonly Mistake[] };

/**
 * An expression, parsed, checked against the fields that the record has, and ready to run. Pure, and bounded: it has no loops but those over
 * the lists of one record, and these do not nest.
 */
export function expressionOf(text: string, source: Source, language: Language): Compiled {
  const made = compiledOver(text, [source], [], language);
  if (!made.ok) return made;
  const { run, celType } = made.program;
  const value = (fields: Fields): ReturnType<Computed['value']> => {
    const result = run({ [source.side]: fields }, {});
    return result.ok ? { ok: true, value: result.value } : { ok: false, say: `${result.say}.${result.hint}` };
  };
  return { ok: true, computed: { name: nameOf(text), reads: made.program.reads[source.side], value }, celType };
}

/** An expression over the records of one side or of both. */
export interface Program {
  readonly reads: Readonly<Record<Side, readonly string[]>>;
  readonly celType: string;
  /** The syntax tree, for what a caller wants to look at beyond types. */
  readonly ast: ASTNode;
  /** `records`: null or absent where a record is not shown. `values`: what it may read beside them. `say` has no full stop. */
  run(
    records: Partial<Readonly<Record<Side, Fields | null>>>,
    values: Fields,
  ): { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly say: string; readonly hint: string };
}

/** `values`: the names that it may read beside the records; what they hold is known only when it runs. */
export function compiledOver(
  text: string,
  sources: readonly Source[],
  values: readonly string[],
  language: Language,
): { readonly ok: true; readonly program: Program } | { readonly ok: false; readonly mistakes: readonly Mistake[] } {
  const read = parsed(text, language.runner, sources);
  const mistakes = read.ok ? read.readings.flatMap(mistakesIn) : [read.mistake];
  if (!read.ok || mistakes.length > 0) return { ok: false, mistakes };
  const checked = checkedType(text, read.readings, values, language.checker);
  if (typeof checked !== 'string') return { ok: false, mistakes: [checked] };
  const reads = { crm: fieldsOf(read.readings, 'crm'), desk: fieldsOf(read.readings, 'desk') };
  const run: Program['run'] = (records, given) => runOn(text, read, records, given);
  return { ok: true, program: { reads, celType: checked, ast: read.parsed.ast, run } };
}

/** What an expression mentions of one side's records. */
interface SideReading {
  readonly source: Source;
  readonly reading: Reading;
}

type Parsed =
  | { readonly ok: true; readonly parsed: ParseResult; readonly readings: readonly SideReading[] }
  | { readonly ok: false; readonly mistake: Mistake };

/** Our own functions take the places of some of CEL's before anything is checked. */
function parsed(text: string, environment: Environment, sources: readonly Source[]): Parsed {
  try {
    const result = environment.parse(text);
    const readings = sources.map((source, i) => {
      const known = (name: string): boolean => fieldOf(source.type, name) !== undefined || source.custom(name);
      const reading = readingOf(result.ast, source.side, known);
      // With both records at hand no side is the other one, and what is called is looked at once.
      const refused =
        sources.length === 1 ? reading.refused : reading.refused.filter(({ what }) => what !== 'other side');
      return { source, reading: { ...reading, refused, calls: i === 0 ? reading.calls : [] } };
    });
    for (const { reading } of readings)
      for (const call of reading.calls) if (ours.has(call.name)) call.rename(`${call.name}_`);
    return { ok: true, parsed: result, readings };
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return {
      ok: false,
      mistake: { problem: `cannot be read${position(error)}: ${plain(error.summary)}`, fix: example },
    };
  }
}

function mistakesIn({ reading, source }: SideReading): readonly Mistake[] {
  return mistakesOf(reading, source);
}

function fieldsOf(readings: readonly SideReading[], side: Side): readonly string[] {
  return readings.find(({ source }) => source.side === side)?.reading.fields ?? [];
}

const example = `An expression is such as 'sf_' + crm.Type.lowerAscii(); texts stand between quotes, fields behind "crm." or "desk.".`;
/**
 * Functions of CEL that are not pure or not bounded as the library has them: `matches` may go back and try again for ever, `join` fills the
 * memory, and `timestamp` reads a text without a zone in the machine's own. The library lets nobody replace them; ours end with `_`.
 */
const ours: ReadonlySet<string> = new Set(['matches', 'join', 'timestamp']);

/** What the expression gives, by CEL's name of the type, or what is wrong with it. */
function checkedType(
  text: string,
  readings: readonly SideReading[],
  values: readonly string[],
  checker: Environment,
): string | Mistake {
  const environment = checker.clone();
  for (const { source, reading } of readings) {
    if (reading.fields.length === 0) continue;
    const types = reading.fields.map((name): readonly [string, string] => {
      const field = fieldOf(source.type, name);
      return [name, (field === undefined ? null : celTypeOf(field)) ?? 'dyn'];
    });
    environment.registerVariable(source.side, { schema: nested(types) });
  }
  for (const name of values) environment.registerVariable(name, 'dyn');
  const sources = readings.map(({ source }) => source);
  const again = parsed(text, environment, sources);
  if (!again.ok) return again.mistake;
  const { valid, type, error } = again.parsed.check();
  if (valid && type !== undefined) return type;
  const summary = error instanceof CelTypeError ? error.summary : String(error?.message);
  const place = error instanceof CelTypeError ? position(error) : '';
  return {
    problem: `does not fit together${place}: ${plain(summary)}`,
    fix: fixOf(summary, environment, sources, values),
  };
}

function fixOf(
  summary: string,
  environment: Environment,
  sources: readonly Source[],
  values: readonly string[],
): string {
  const [, variable] = /^Unknown variable: (\w+)/.exec(summary) ?? [];
  if (variable !== undefined) {
    const written = sources.map(
      ({ side, type }) => `${side}.${type.fields.some((field) => field.name === variable) ? variable : 'FIELD'}`,
    );
    const beside = values.length === 0 ? '' : `, the values of the field itself ${listed(values, 'and')}`;
    return `Fields are written ${listed(written, 'or')}${beside}; texts stand between quotes.`;
  }
  const [, call] = /overload for '(?:[\w.<>]+\.)?(\w+)\(/.exec(summary) ?? [];
  const names = [...new Set(environment.getDefinitions().functions.map((one) => one.name.replace(/_$/, '')))];
  if (call !== undefined && !names.includes(call)) return didYouMean(call, names, 'functions');
  if (summary.startsWith('Ternary'))
    return 'Let both answers be of one type; where one of them is empty, write … ? dyn(null) : dyn(…).';
  return 'Convert the values with string(…), int(…), double(…) or date(…), so that both are of one type.';
}

/** `Parent.Name` is reached as `crm.Parent.Name` and as `crm['Parent.Name']`. */
function nested<T>(entries: readonly (readonly [string, T])[]): Nested<T> {
  const root: Nested<T> = Object.create(null);
  for (const [name, value] of entries) {
    root[name] = value;
    const path = name.split('.');
    const last = path.pop() ?? name;
    let at = root;
    for (const step of path) {
      const inner = at[step];
      const next: Nested<T> = isNested(inner) ? inner : Object.create(null);
      at[step] = next;
      at = next;
    }
    at[last] = value;
  }
  return root;
}

interface Nested<T> {
  [name: string]: T | Nested<T>;
}

function isNested<T>(value: T | Nested<T> | undefined): value is Nested<T> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === null;
}

type Ran = ReturnType<Program['run']>;

function runOn(
  text: string,
  { parsed: run, readings }: Extract<Parsed, { ok: true }>,
  records: Partial<Readonly<Record<Side, Fields | null>>>,
  given: Fields,
): Ran {
  const failed = (say: string, hint = ''): Ran => ({ ok: false, say: `The expression ${show(text)} ${say}`, hint });
  const context: Record<string, unknown> = {};
  const found: string[] = [];
  let empty: string | undefined;
  for (const { source, reading } of readings) {
    const { side, words, type } = source;
    const entries: (readonly [string, unknown])[] = [];
    for (const name of reading.fields) {
      const value = records[side]?.[name];
      if (value === undefined) return failed(`needs ${words} "${name}", which was not read`);
      try {
        const cel = toCel(fieldOf(type, name) ?? null, value);
        entries.push([name, cel]);
        if (cel === null) empty ??= `${side}.${name}`;
      } catch (error) {
        return failed(`cannot read ${side}.${name} (${show(value)}): ${whyOf(error)}`);
      }
      found.push(`${side}.${name} is ${show(value)}`);
    }
    context[side] = nested(entries);
  }
  for (const [name, value] of Object.entries(given)) {
    context[name] = value;
    if (text.includes(name)) found.push(`${name} is ${show(value)}`);
  }
  try {
    return { ok: true, value: fromCel(run(context)) };
  } catch (error) {
    const whose = readings.map(({ source }) => source.words).join(' and ');
    const hint = empty === undefined ? '' : ` Where it may be empty, write default(${empty}, …).`;
    return failed(
      `cannot be worked out for ${whose}${found.length === 0 ? '' : ` (${found.join(', ')})`}: ${whyOf(error)}`,
      hint,
    );
  }
}

/** The name of the field that an expression makes: no vendor's field can begin so. */
export function nameOf(text: string): string {
  return `=${text.trim()}`;
}

function whyOf(error: unknown): string {
  if (error instanceof EvaluationError) return plain(error.summary);
  return error instanceof ValueError || error instanceof RangeError ? error.message : String(error);
}

/** CEL's words without the marks of its own bookkeeping. */
function plain(summary: string): string {
  return summary
    .replace(/dyn<([\w.]+)>/g, '$1')
    .replace('Unexpected token: EOF', 'it ends too early')
    .replaceAll('google.protobuf.', '')
    .replace(/\b(matches|join|timestamp)_/g, '$1');
}

function position(error: ParseError | CelTypeError): string {
  return error.range === undefined ? '' : ` at character ${error.range.start + 1}`;
}
