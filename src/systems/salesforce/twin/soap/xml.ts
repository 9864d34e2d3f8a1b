/** As much XML as SOAP messages of this vendor need: elements, text, attributes; no DTD, no processing instructions, CDATA as text. */
export interface XmlElement {
  /** Without its prefix. */
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  readonly text: string;
  /** The position of its opening tag in the whole. */
  readonly at: number;
}

/** The root element, or null where the text is no XML. */
export function parseXml(xml: string): XmlElement | null {
  const root: Open = { name: '', attributes: {}, children: [], text: '', at: 0 };
  const stack: Open[] = [root];
  const pattern =
    /<!\[CDATA\[([\s\S]*?)\]\]>|<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<\/([^\s>]+)\s*>|<([^\s/>!?]+)((?:\s+[^\s=]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>|([^<]+)/g;
  for (const match of xml.matchAll(pattern)) {
    const [, data, closed, opened, attributes = '', isEmpty, text] = match;
    const top = stack.at(-1) ?? root;
    if (data !== undefined) top.text += data;
    else if (text !== undefined) top.text += decode(text);
    else if (closed !== undefined) {
      if (stack.length < 2 || local(closed) !== top.name) return null;
      stack.pop();
    } else if (opened !== undefined) {
      const element: Open = {
        name: local(opened),
        attributes: parseAttributes(attributes),
        children: [],
        text: '',
        at: match.index,
      };
      top.children.push(element);
      if (isEmpty !== '/') stack.push(element);
    }
  }
  return stack.length === 1 ? (root.children[0] ?? null) : null;
}

interface Open extends XmlElement {
  children: XmlElement[];
  text: string;
}

export function child(element: XmlElement | undefined, ...path: readonly string[]): XmlElement | undefined {
  let found = element;
  for (const name of path) found = found?.children.find((one) => one.name === name);
  return found;
}

/** The text of a child, trimmed; undefined where it is missing, empty or nil. */
export function textOf(element: XmlElement | undefined, name: string): string | undefined {
  const found = child(element, name);
  const text = found?.text.trim() ?? '';
  return text === '' || found?.attributes.nil === 'true' ? undefined : text;
}

export function allOf(element: XmlElement | undefined, name: string): readonly XmlElement[] {
  return element?.children.filter((one) => one.name === name) ?? [];
}

export type XmlValue =
  | string
  | number
  | boolean
  | null
  | undefined
  | readonly XmlValue[]
  | { readonly [name: string]: XmlValue };

/** `{a: 1, b: [2, 3]}` → `<a>1</a><b>2</b><b>3</b>`; null is nil, undefined is left out, `@name` is an attribute of the element it is in. */
export function toXml(value: { readonly [name: string]: XmlValue }): string {
  return Object.entries(value)
    .map(([name, part]) => (name.startsWith('@') ? '' : element(name, part)))
    .join('');
}

function element(name: string, value: XmlValue): string {
  if (value === undefined) return '';
  if (value === null) return `<${name} xsi:nil="true"/>`;
  if (typeof value !== 'object') return `<${name}>${encode(String(value))}</${name}>`;
  if (isList(value)) return value.map((one) => element(name, one)).join('');
  const attributes = Object.entries(value)
    .filter(([key]) => key.startsWith('@'))
    .map(([key, part]) => ` ${key.slice(1)}="${encode(String(part))}"`);
  return `<${name}${attributes.join('')}>${toXml(value)}</${name}>`;
}

function isList(value: XmlValue): value is readonly XmlValue[] {
  return Array.isArray(value);
}

function local(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

function parseAttributes(text: string): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const [, name = '', double, single] of text.matchAll(/([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g))
    attributes[local(name)] = decode(double ?? single ?? '');
  return attributes;
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function decode(text: string): string {
  return text.replace(/&(#x[0-9a-f]+|#\d+|\w+);/gi, (whole, name: string) => {
    if (/^#x/i.test(name)) return character(Number.parseInt(name.slice(2), 16)) ?? whole;
    if (name.startsWith('#')) return character(Number(name.slice(1))) ?? whole;
    return Object.hasOwn(entities, name) ? (entities[name] ?? whole) : whole;
  });
}

/** undefined: no character has this number. */
function character(code: number): string | undefined {
  return code <= 0x10_ff_ff ? String.fromCodePoint(code) : undefined;
}

function encode(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
