import { badParameter, type Problem, Refusal } from './refusal.ts';

/**
 * The query string as the vendor reads it: `filter[f]=v`, `filter[f][gte]=v`, `filter[f]>=v`, `f=v`, then `page`, `sort`, `include`,
 * `fields` and `meta`. Source: OroPlatform, "Filters" (API guide).
 */
export interface Query {
  readonly filters: readonly Given[];
  readonly page: { readonly number: number; readonly size: number | null };
  /** null: the type's own order. */
  readonly sort: readonly { readonly name: string; readonly isDescending: boolean }[] | null;
  readonly include: readonly string[];
  /** By type, what to show; a type that is not named shows all. */
  readonly fields: ReadonlyMap<string, ReadonlySet<string>>;
  readonly meta: readonly string[];
  /** Every parameter but `page[number]`, as the links of other pages repeat them. */
  readonly repeated: readonly (readonly [name: string, value: string])[];
}

export interface Given {
  readonly name: string;
  readonly operator: Operator;
  readonly value: string;
  /** As it was written, for errors. */
  readonly parameter: string;
}

export type Operator =
  | 'eq'
  | 'neq'
  | 'lt'
  | 'lte'
  | 'gt'
  | 'gte'
  | 'exists'
  | 'neq_or_null'
  | 'contains'
  | 'not_contains'
  | 'starts_with'
  | 'not_starts_with'
  | 'ends_with'
  | 'not_ends_with'
  | 'empty';

const signs: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['=', 'eq'],
  ['!=', 'neq'],
  ['<', 'lt'],
  ['<=', 'lte'],
  ['>', 'gt'],
  ['>=', 'gte'],
  ['*', 'exists'],
  ['!*', 'neq_or_null'],
  ['~', 'contains'],
  ['!~', 'not_contains'],
  ['^', 'starts_with'],
  ['!^', 'not_starts_with'],
  ['$', 'ends_with'],
  ['!$', 'not_ends_with'],
]);
const operators: ReadonlyMap<string, Operator> = new Map([
  ...[...signs.values()].map((name) => [name, name] as const),
  ['empty', 'empty'],
]);

/** What a kind of request takes besides filters: everything else is refused as a filter that is not supported. */
export type Takes = 'list' | 'paged list' | 'one' | 'nothing';

/** Throws Refusal with a problem for each parameter that cannot be. */
export function parseQuery(search: string, takes: Takes, maxPageSize: number): Query {
  const problems: Problem[] = [];
  const filters: Given[] = [];
  const fields = new Map<string, ReadonlySet<string>>();
  const repeated: (readonly [string, string])[] = [];
  const page: { number: number; size: number | null } = { number: 1, size: null };
  let sort: Query['sort'] = null;
  let include: readonly string[] = [];
  let meta: readonly string[] = [];
  const unsupported = (parameter: string): void => {
    problems.push(badParameter(parameter, 'The filter is not supported.'));
  };
  for (const part of search.replace(/^\?/, '').split('&')) {
    if (part === '') continue;
    const { parameter, group, names, operator, value } = split(part);
    const isList = takes === 'list' || takes === 'paged list';
    const isPlain = operator === 'eq' || /\]\[/.test(parameter);
    if (parameter !== 'page[number]') repeated.push([isPlain ? parameter : `${parameter}[${operator}]`, value]);
    if (group === 'page' && takes === 'paged list' && parameter === 'page[number]') {
      page.number = readNumber(parameter, value, 1, 'unsigned integer', problems) ?? 1;
    } else if (group === 'page' && takes === 'paged list' && parameter === 'page[size]') {
      page.size = readNumber(parameter, value, -1, 'integer', problems);
      if (maxPageSize >= 0 && page.size !== null && (page.size > maxPageSize || page.size < 0)) {
        problems.push(badParameter(parameter, `The value should be less than or equals to ${maxPageSize}.`));
      }
    } else if (group === 'sort' && isList && names.length === 0) {
      sort = words(value).map((word) => ({ name: word.replace(/^-/, ''), isDescending: word.startsWith('-') }));
    } else if (group === 'include' && takes !== 'nothing' && names.length === 0) include = words(value);
    else if (group === 'fields' && takes !== 'nothing' && names.length === 1) {
      fields.set(names[0] ?? '', new Set(words(value)));
    } else if (group === 'meta' && takes !== 'nothing' && names.length === 0) meta = readMeta(value, problems);
    else if (['page', 'sort', 'include', 'fields', 'meta'].includes(group) || !isList) unsupported(parameter);
    else {
      const [name = '', word, ...rest] = group === 'filter' ? names : [group, ...names];
      const named = word === undefined ? operator : operators.get(word);
      if (name === '' || rest.length > 0) unsupported(parameter);
      else if (named === undefined) {
        problems.push(badParameter(parameter, `The operator "${word}" is not known.`));
      } else filters.push({ name, operator: named, value, parameter });
    }
  }
  if (problems.length > 0) throw new Refusal(problems);
  return { filters, page, sort, include, fields, meta, repeated };
}

/** A parameter in its parts. Brackets and operators may be percent-encoded. */
function split(part: string): {
  readonly parameter: string;
  readonly group: string;
  readonly names: readonly string[];
  readonly operator: Operator;
  readonly value: string;
} {
  const text = decode(part);
  const [, key = text, sign = '=', value = ''] = /^([\w.-]+(?:\[[^\]]*\])*)(!?[=*~^$]|[<>]=?)(.*)$/s.exec(text) ?? [];
  const [group = '', ...names] = key.split('[').map((name) => name.replace(/\]$/, ''));
  return { parameter: key, group, names, operator: signs.get(sign) ?? 'eq', value };
}

function decode(part: string): string {
  const spaced = part.replaceAll('+', ' ');
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}

function words(value: string): readonly string[] {
  return value
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

function readNumber(parameter: string, value: string, least: number, kind: string, problems: Problem[]): number | null {
  const isFit = kind === 'integer' ? /^-?\d{1,15}$/ : /^\d{1,15}$/;
  if (!isFit.test(value)) problems.push(badParameter(parameter, `Expected ${kind} value. Given "${value}".`));
  else if (Number(value) < least) {
    problems.push(badParameter(parameter, `The value should be greater than or equals to ${least}.`));
  } else return Number(value);
  return null;
}

/** `title` is the only further property of rows that can be asked for. */
function readMeta(value: string, problems: Problem[]): readonly string[] {
  const asked = value.split(',');
  if (asked.includes('')) {
    const what = asked.length === 1 ? 'not empty string value' : 'an array of not empty strings';
    problems.push(badParameter('meta', `Expected ${what}. Given "${value}".`));
  } else {
    for (const name of asked) {
      if (name !== 'title') {
        problems.push(badParameter('meta', `The "${name}" is not known meta property. Known properties: title.`));
      }
    }
  }
  return asked;
}
