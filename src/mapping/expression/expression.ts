import {
  TypeError as CelTypeError,
  type Environment,
  EvaluationError,
  ParseError,
  type ParseResult,
} from '@marcbachmann/cel-js';
import { fieldOf } from '../../model/object-type.ts';
import type { Side } from '../../model/record.ts';
import type { Computed } from '../../model/sync.ts';
import { type Fields, show } from '../../model/value.ts';
import { didYouMean } from '../problem.ts';
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
  const known = (name: string): boolean => fieldOf(source.type, name) !== undefined || source.custom(name);
  const run = parsed(text, language.runner, source.side, known);
  const mistakes = run.ok ? mistakesOf(run.reading, source) : [run.mistake];
  if (!run.ok || mistakes.length > 0) return { ok: false, mistakes };
  const checked = checkedType(text, run.reading.fields, source, language.checker, known);
  if (typeof checked !== 'string') return { ok: false, mistakes: [checked] };
  return { ok: true, computed: computedOf(text, run.parsed, run.reading.fields, source), celType: checked };
}

type Parsed =
  | { readonly ok: true; readonly parsed: ParseResult; readonly reading: Reading }
  | { readonly ok: false; readonly mistake: Mistake };

/** Our own functions take the places of some of CEL's before anything is checked. */
function parsed(text: string, environment: Environment, side: Side, known: (name: string) => boolean): Parsed {
  try {
    const result = environment.parse(text);
    const reading = readingOf(result.ast, side, known);
    for (const call of reading.calls) if (ours.has(call.name)) call.rename(`${call.name}_`);
    return { ok: true, parsed: result, reading };
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return {
      ok: false,
      mistake: { problem: `cannot be read${position(error)}: ${plain(error.summary)}`, fix: example },
    };
  }
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
  fields: readonly string[],
  source: Source,
  checker: Environment,
  known: (name: string) => boolean,
): string | Mistake {
  const environment = checker.clone();
  if (fields.length > 0) {
    const types = fields.map((name): readonly [string, string] => {
      const field = fieldOf(source.type, name);
      return [name, (field === undefined ? null : celTypeOf(field)) ?? 'dyn'];
    });
    environment.registerVariable(source.side, { schema: nested(types) });
  }
  const again = parsed(text, environment, source.side, known);
  if (!again.ok) return again.mistake;
  const { valid, type, error } = again.parsed.check();
  if (valid && type !== undefined) return type;
  const summary = error instanceof CelTypeError ? error.summary : String(error?.message);
  const place = error instanceof CelTypeError ? position(error) : '';
  return { problem: `does not fit together${place}: ${plain(summary)}`, fix: fixOf(summary, environment, source) };
}

function fixOf(summary: string, environment: Environment, { side, type }: Source): string {
  const [, variable] = /^Unknown variable: (\w+)/.exec(summary) ?? [];
  if (variable !== undefined)
    return `Fields are written ${side}.${type.fields.some((field) => field.name === variable) ? variable : 'FIELD'}; texts stand between quotes.`;
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

function computedOf(text: string, run: ParseResult, reads: readonly string[], source: Source): Computed {
  const { side, words } = source;
  const types = new Map(reads.map((name) => [name, fieldOf(source.type, name) ?? null]));
  return {
    name: nameOf(text),
    reads,
    value(fields: Fields) {
      const entries: (readonly [string, unknown])[] = [];
      for (const name of reads) {
        const value = fields[name];
        if (value === undefined)
          return { ok: false, say: `The expression ${show(text)} needs ${words} "${name}", which was not read.` };
        try {
          entries.push([name, toCel(types.get(name) ?? null, value)]);
        } catch (error) {
          return {
            ok: false,
            say: `The expression ${show(text)} cannot read ${side}.${name} (${show(value)}): ${whyOf(error)}.`,
          };
        }
      }
      try {
        return { ok: true, value: fromCel(run({ [side]: nested(entries) })) };
      } catch (error) {
        const found = reads.map((name) => `${side}.${name} is ${show(fields[name])}`).join(', ');
        const empty = entries.find(([, value]) => value === null)?.[0];
        const hint = empty === undefined ? '' : ` Where it may be empty, write default(${side}.${empty}, …).`;
        return {
          ok: false,
          say: `The expression ${show(text)} cannot be worked out for ${words}${found === '' ? '' : ` (${found})`}: ${whyOf(error)}.${hint}`,
        };
      }
    },
  };
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
