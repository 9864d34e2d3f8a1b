import { strFromU8, unzipSync } from 'fflate';
import type { JsonObject } from '../../../../twins/json.ts';
import { allOf, parseXml, textOf, type XmlElement } from '../soap/xml.ts';
import type { Kind } from './kind.ts';
import { inObjects, kindOf, kinds } from './kinds.ts';
import { toValue } from './xml-value.ts';

/** One component that a package puts in, or takes away. */
export interface Item {
  readonly kind: Kind;
  readonly fullName: string;
  readonly doing: 'put' | 'drop';
  readonly value: JsonObject;
  readonly fileName: string;
  /** Where it stands in its file, from 1. */
  readonly line: number;
  readonly column: number;
}

/** A file that cannot be read, or a name in package.xml without one. */
export interface Flaw {
  readonly type: string;
  readonly fullName: string;
  readonly fileName: string;
  readonly line: number;
  readonly column: number;
  readonly problem: string;
}

export interface Package {
  readonly items: readonly Item[];
  readonly flaws: readonly Flaw[];
}

/** A package that is none: nothing of it is looked at. */
export class PackageError extends Error {}

export const largestPackage = { bytes: 39 * 1_024 * 1_024, files: 10_000 };

/** Reads a zipped package (Metadata API Developer Guide, "Deploying and Retrieving Metadata with the Zip File"). */
export function readPackage(zip: Uint8Array): Package {
  const files = unzip(zip);
  const manifestPath = [...files.keys()]
    .filter((path) => /(^|\/)package\.xml$/.test(path))
    .sort((one, two) => one.length - two.length)[0];
  if (manifestPath === undefined) throw new PackageError('No package.xml found');
  const root = manifestPath.slice(0, -'package.xml'.length);
  const manifest = parseXml(files.get(manifestPath) ?? '');
  if (manifest?.name !== 'Package') throw new PackageError('Error parsing file: package.xml');
  const items: Item[] = [];
  const flaws: Flaw[] = [];
  for (const [path, xml] of files) {
    if (!path.startsWith(root) || path === manifestPath) continue;
    const name = path.slice(root.length);
    if (/^destructiveChanges(Pre|Post)?\.xml$/.test(name)) items.push(...doomed(name, parseXml(xml)));
    else readFile(path, name, xml, items, flaws);
  }
  const order = (item: Item): number => (item.doing === 'drop' ? kinds.length : kinds.indexOf(item.kind));
  items.sort((one, two) => order(one) - order(two));
  return { items, flaws: [...flaws, ...missing(manifest, items, flaws)] };
}

function unzip(zip: Uint8Array): ReadonlyMap<string, string> {
  if (zip.length > largestPackage.bytes)
    throw new PackageError('Maximum size of request reached. Maximum size of request is 39 MB.');
  let entries: Readonly<Record<string, Uint8Array>>;
  try {
    entries = unzipSync(zip, {
      filter: ({ name, originalSize }) => !name.endsWith('/') && originalSize <= 400_000_000,
    });
  } catch {
    throw new PackageError('Not a valid zip file');
  }
  const files = Object.entries(entries);
  if (files.length > largestPackage.files) throw new PackageError('The zip file contains more than 10,000 files.');
  return new Map(files.map(([name, bytes]) => [name, strFromU8(bytes)]));
}

function readFile(path: string, name: string, xml: string, items: Item[], flaws: Flaw[]): void {
  const [directory = '', file = ''] = name.split('/');
  const kind = kinds.find((one) => one.directory === directory && one.suffix === file.split('.').at(-1));
  if (kind === undefined) return;
  const fullName = decodeName(file.slice(0, -`.${kind.suffix}`.length));
  const root = parseXml(xml);
  if (root === null || root.name !== kind.name) {
    const problem = `Error parsing file: ${root === null ? 'the XML is not well-formed' : `unexpected element ${root.name}`}`;
    flaws.push({ type: kind.name, fullName, fileName: path, line: 1, column: 1, problem });
    return;
  }
  const children = kind.name === 'CustomObject' ? Object.keys(inObjects) : [];
  const value = toValue(root, new Set(['fullName', ...children]));
  items.push({ kind, fullName, doing: 'put', value, fileName: path, ...placeOf(xml, root) });
  for (const child of root.children) {
    const inner = kindOf(children.includes(child.name) ? (inObjects[child.name] ?? '') : '');
    const own = textOf(child, 'fullName');
    if (inner === undefined) continue;
    const whole = `${fullName}.${own ?? ''}`;
    if (own === undefined) {
      const problem = 'Required field is missing: fullName';
      flaws.push({ type: inner.name, fullName: whole, fileName: path, ...placeOf(xml, child), problem });
    } else
      items.push({
        kind: inner,
        fullName: whole,
        doing: 'put',
        value: toValue(child),
        fileName: path,
        ...placeOf(xml, child),
      });
  }
}

function decodeName(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function placeOf(xml: string, { at }: XmlElement): { line: number; column: number } {
  const before = xml.slice(0, at).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

function doomed(fileName: string, root: XmlElement | null): readonly Item[] {
  return membersOf(root).flatMap(({ type, fullName }) => {
    const kind = kindOf(type);
    return kind === undefined
      ? []
      : [{ kind, fullName, doing: 'drop' as const, value: {}, fileName, line: 0, column: 0 }];
  });
}

function membersOf(root: XmlElement | null): readonly { readonly type: string; readonly fullName: string }[] {
  return allOf(root ?? undefined, 'types').flatMap((types) => {
    const type = textOf(types, 'name') ?? '';
    return allOf(types, 'members').map(({ text }) => ({ type, fullName: text.trim() }));
  });
}

/** What package.xml names must be there; what it names with a star is whatever is there. */
function missing(manifest: XmlElement, items: readonly Item[], flaws: readonly Flaw[]): readonly Flaw[] {
  const there = new Set([
    ...items.map(({ kind, fullName }) => `${kind.name} ${fullName}`),
    ...flaws.map(({ type, fullName }) => `${type} ${fullName}`),
  ]);
  return membersOf(manifest).flatMap(({ type, fullName }) => {
    const flaw = { type, fullName, fileName: 'package.xml', line: 0, column: 0 };
    if (kindOf(type) === undefined)
      return { ...flaw, type: '', problem: `Unknown type name '${type}' specified in package.xml` };
    if (fullName === '*' || there.has(`${type} ${fullName}`)) return [];
    const problem = `An object '${fullName}' of type ${type} was named in package.xml, but was not found in zipped directory`;
    return { ...flaw, problem };
  });
}
