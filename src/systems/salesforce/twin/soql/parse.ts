import {
  type ConditionWithValueQuery,
  type NegationCondition,
  parseQuery,
  type Query,
  type WhereClause,
} from '@jetstreamapp/soql-parser-js';
import { apiError } from '../errors.ts';

/** A statement as it was written, for the messages that quote it. */
export interface Statement {
  readonly text: string;
  readonly query: Query;
  /** `ALL ROWS`: deleted ones too. */
  readonly allRows: boolean;
}

/** A condition with its parentheses resolved. */
export type Logic<C> =
  | { readonly is: 'all' | 'any'; readonly of: readonly Logic<C>[] }
  | { readonly is: 'not'; readonly of: Logic<C> }
  | { readonly is: 'leaf'; readonly of: C };

export function parseStatement(text: string): Statement {
  if (text.trim() === '') throw apiError(400, 'MALFORMED_QUERY', 'unexpected token: <EOF>');
  if (text.length > 100_000)
    throw apiError(400, 'QUERY_TOO_COMPLICATED', 'SOQL statements cannot be longer than 100,000 characters.');
  const allRows = /\sALL\s+ROWS\s*$/i.test(text);
  const query = parsed(allRows ? text.replace(/\sALL\s+ROWS\s*$/i, '') : text, text);
  const alias = query.sObjectAlias;
  if (alias !== undefined && reserved.has(alias.toUpperCase()))
    throw quoting(text, alias, 'MALFORMED_QUERY', `unexpected token: '${alias}'`);
  return { text, query, allRows };
}

function parsed(cut: string, text: string): Query {
  try {
    return parseQuery(cut);
  } catch (error) {
    throw malformed(text, error instanceof Error ? error.message : '');
  }
}

/** What cannot name an object: a statement that breaks off there is no statement. Source: SOQL and SOSL Reference, "Alias Notation". */
const reserved: ReadonlySet<string> = new Set(
  'AND ASC DESC EXCLUDES FIRST FROM GROUP HAVING IN INCLUDES LAST LIKE LIMIT NOT NULL NULLS OR SELECT USING WHERE WITH'.split(
    ' ',
  ),
);

/** The parser says what it found; the vendor says the same in fewer words. */
function malformed(text: string, reason: string): Error {
  const token = /found(?::| -->) '?([^'\n]*?)'?(?: <--)?$/m.exec(reason)?.[1] ?? '';
  if (token === '')
    return apiError(400, 'MALFORMED_QUERY', `unexpected token: ${text.trim().split(/\s+/).at(-1) ?? '<EOF>'}`);
  return quoting(text, token, 'MALFORMED_QUERY', `unexpected token: '${token}'`);
}

/** An error that quotes the statement and points at a word of it, as the vendor's do. */
export function quoting(text: string, word: string, code: string, message: string): Error {
  const pattern = new RegExp(`(?<![\\w.])${word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?!\\w)`, 'i');
  const found = pattern.exec(text)?.index ?? text.toLowerCase().indexOf(word.toLowerCase());
  const column = Math.max(found, 0);
  return apiError(400, code, `\n${text}\n${' '.repeat(column)}^\nERROR at Row:1:Column:${column + 1}\n${message}`);
}

type Token<C> = '(' | ')' | 'AND' | 'OR' | 'NOT' | { readonly leaf: C };

/** One comparison. */
export type Leaf = Exclude<ConditionWithValueQuery, NegationCondition>;

/** The parser gives a flat list whose conditions carry their parentheses; this rebuilds the tree. Mixing AND and OR needs parentheses. */
export function toLogic(where: WhereClause, text: string): Logic<Leaf> {
  const tokens = [...tokenize(where)];
  let at = 0;
  const term = (): Logic<Leaf> => {
    const token = tokens[at++];
    if (token === 'NOT') return { is: 'not', of: term() };
    if (token === '(') {
      const inner = expression();
      if (tokens[at++] !== ')') throw apiError(400, 'MALFORMED_QUERY', 'unexpected token: <EOF>');
      return inner;
    }
    if (token === undefined || typeof token === 'string')
      throw apiError(400, 'MALFORMED_QUERY', `unexpected token: '${token ?? '<EOF>'}'`);
    return { is: 'leaf', of: token.leaf };
  };
  const expression = (): Logic<Leaf> => {
    const parts = [term()];
    const operator = tokens[at];
    if (operator !== 'AND' && operator !== 'OR') return parts[0] ?? term();
    while (tokens[at] === operator) {
      at++;
      parts.push(term());
    }
    const next = tokens[at];
    if (next === 'AND' || next === 'OR') throw quoting(text, next, 'MALFORMED_QUERY', `unexpected token: '${next}'`);
    return { is: operator === 'AND' ? 'all' : 'any', of: parts };
  };
  const whole = expression();
  if (at < tokens.length) throw apiError(400, 'MALFORMED_QUERY', `unexpected token: '${String(tokens[at])}'`);
  return whole;
}

function* tokenize(where: WhereClause): Generator<Token<Leaf>> {
  let node: WhereClause | undefined = where;
  while (node !== undefined) {
    const { left } = node;
    for (let i = 0; i < (left?.openParen ?? 0); i++) yield '(';
    if (left !== null && isLeaf(left)) {
      yield { leaf: left };
      for (let i = 0; i < (left.closeParen ?? 0); i++) yield ')';
    }
    if (!('operator' in node)) return;
    yield node.operator;
    node = node.right;
  }
}

/** A bare parenthesis before NOT has no condition of its own. */
function isLeaf(left: ConditionWithValueQuery): left is Leaf {
  return 'field' in left || 'fn' in left;
}

export function toList<T>(value: T | readonly T[] | undefined): readonly T[] {
  if (value === undefined) return [];
  return isList(value) ? value : [value];
}

function isList<T>(value: T | readonly T[]): value is readonly T[] {
  return Array.isArray(value);
}
