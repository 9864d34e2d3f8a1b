import { isList, type Json, textOf } from './json.ts';

/**
 * The part of Liquid that texts of business rules use: outputs with filters, `if`, `elsif`, `else`, `unless`, `case`. What is unknown is
 * empty, what is malformed is left out; nothing here ever fails. Source: Zendesk, "Using Liquid markup to support placeholders"; Liquid's
 * own reference for the filters.
 */
export interface Liquid {
  readonly lookUp: (name: string) => Json | undefined;
  /** How a value is written into the text. */
  readonly write: (text: string) => string;
}

interface Level {
  readonly kind: string;
  /** What a `case` compares with. */
  readonly subject: Json | undefined;
  /** Whether this branch is written, as far as this level decides. */
  isOpen: boolean;
  /** Whether one of its branches was. */
  isDone: boolean;
}

export function renderLiquid(template: string, liquid: Liquid): string {
  const levels: Level[] = [];
  let text = '';
  for (const [part, output, tag] of template.matchAll(/\{\{-?([\s\S]*?)-?\}\}|\{%-?([\s\S]*?)-?%\}|[\s\S][^{]*/g)) {
    if (tag !== undefined) step(levels, tag.trim(), liquid);
    else if (levels.every((level) => level.isOpen)) text += output === undefined ? part : written(output, liquid);
  }
  return text;
}

function step(levels: Level[], tag: string, liquid: Liquid): void {
  const [, word = '', rest = ''] = /^(\w+)\s*([\s\S]*)$/.exec(tag) ?? [];
  const level = levels.at(-1);
  const branch = (holds: boolean): void => {
    if (level === undefined) return;
    level.isOpen = !level.isDone && holds;
    level.isDone ||= level.isOpen;
  };
  switch (word) {
    case 'if':
    case 'unless': {
      const holds = isTrue(rest, liquid) === (word === 'if');
      levels.push({ kind: word, subject: undefined, isOpen: holds, isDone: holds });
      return;
    }
    case 'case':
      levels.push({ kind: word, subject: read(rest, liquid), isOpen: false, isDone: false });
      return;
    case 'elsif':
      branch(isTrue(rest, liquid));
      return;
    case 'when':
      branch(rest.split(/\s*(?:,|\bor\b)\s*/).some((one) => same(read(one, liquid), level?.subject)));
      return;
    case 'else':
      branch(true);
      return;
    default:
      if (word === `end${level?.kind}`) levels.pop();
  }
}

/** `and` and `or` are read from the right, as Liquid does. */
function isTrue(condition: string, liquid: Liquid): boolean {
  const [, first = condition, joint, rest = ''] =
    /^((?:"[^"]*"|'[^']*'|[^"'])*?)\s+(and|or)\s+([\s\S]+)$/.exec(condition.trim()) ?? [];
  const holds = compared(first.trim(), liquid);
  if (joint === 'and') return holds && isTrue(rest, liquid);
  return joint === 'or' ? holds || isTrue(rest, liquid) : holds;
}

function compared(text: string, liquid: Liquid): boolean {
  const [, left = '', operator = '', right = ''] =
    /^((?:"[^"]*"|'[^']*'|[^"'\s])+)\s*(==|!=|<>|>=|<=|>|<|\bcontains\b)\s*([\s\S]+)$/.exec(text) ?? [];
  if (operator === '') {
    const value = read(text, liquid);
    return value !== undefined && value !== null && value !== false;
  }
  const [one, two] = [read(left, liquid), read(right, liquid)];
  if (operator === 'contains') return contains(one, two);
  if (operator === '==') return same(one, two);
  if (operator === '!=' || operator === '<>') return !same(one, two);
  const [a, b] = [Number(one ?? Number.NaN), Number(two ?? Number.NaN)];
  if (operator === '<') return a < b;
  if (operator === '>') return a > b;
  return operator === '<=' ? a <= b : a >= b;
}

/** Empty, blank and nothing are the same here: placeholders without a value are empty texts. */
function same(one: Json | undefined, two: Json | undefined): boolean {
  return (textOf(one) ?? '') === (textOf(two) ?? '');
}

function contains(whole: Json | undefined, part: Json | undefined): boolean {
  if (isList(whole)) return whole.some((member) => same(member, part));
  return (textOf(whole) ?? '').includes(textOf(part) ?? '');
}

function read(expression: string, { lookUp }: Liquid): Json | undefined {
  const text = expression.trim();
  const quoted = /^"([^"]*)"$|^'([^']*)'$/.exec(text);
  if (quoted !== null) return quoted[1] ?? quoted[2];
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  if (text === 'true' || text === 'false') return text === 'true';
  if (text === 'nil' || text === 'null' || text === 'empty' || text === 'blank') return null;
  return /^[\w.]+$/.test(text) ? lookUp(text) : undefined;
}

function written(output: string, liquid: Liquid): string {
  const [first = '', ...filters] = output.match(/(?:"[^"]*"|'[^']*'|[^|"'])+/g) ?? [];
  const value = filters.reduce((before, filter) => filtered(before, filter.trim(), liquid), read(first, liquid));
  return liquid.write(isList(value) ? value.map((one) => textOf(one) ?? '').join(' ') : (textOf(value) ?? ''));
}

function filtered(value: Json | undefined, filter: string, liquid: Liquid): Json | undefined {
  const [, name = '', given = ''] = /^(\w+)\s*:?\s*([\s\S]*)$/.exec(filter) ?? [];
  const [one = '', two = ''] = (given.match(/"[^"]*"|'[^']*'|[^,\s]+/g) ?? []).map(
    (argument) => textOf(read(argument, liquid)) ?? '',
  );
  const text = textOf(value) ?? '';
  switch (name) {
    case 'upcase':
      return text.toUpperCase();
    case 'downcase':
      return text.toLowerCase();
    case 'capitalize':
      return text.charAt(0).toUpperCase() + text.slice(1).toLowerCase();
    case 'strip':
      return text.trim();
    case 'default':
      return value === undefined || value === null || value === '' || value === false ? one : value;
    case 'append':
      return text + one;
    case 'prepend':
      return one + text;
    case 'replace':
      return one === '' ? text : text.replaceAll(one, two);
    case 'remove':
      return one === '' ? text : text.replaceAll(one, '');
    case 'split':
      return text.split(one);
    case 'join':
      return isList(value) ? value.map((member) => textOf(member) ?? '').join(one) : value;
    case 'first':
      return isList(value) ? value[0] : value;
    case 'last':
      return isList(value) ? value.at(-1) : value;
    case 'size':
      return isList(value) ? value.length : [...text].length;
    case 'truncate':
      return text.length > Number(one || 50) ? `${text.slice(0, Math.max(0, Number(one || 50) - 3))}...` : text;
    case 'strip_html':
      return text.replaceAll(/<[^>]*>/g, '');
    case 'strip_newlines':
      return text.replaceAll(/\r?\n/g, '');
    case 'escape':
      return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
    default:
      return value;
  }
}
