import { customField } from './custom-field.ts';
import { customObject } from './custom-object.ts';
import { keptKind } from './kept.ts';
import type { Kind } from './kind.ts';
import { permissionSet, profile } from './permission-set.ts';
import { recordType } from './record-type.ts';

/** In the order in which a package is put in: what others refer to goes first. */
export const kinds: readonly Kind[] = [
  customObject,
  customField,
  recordType,
  keptKind('Layout', 'layouts', 'layout', '00h'),
  keptKind('CustomTab', 'tabs', 'tab', '01r'),
  keptKind('RemoteSiteSetting', 'remoteSiteSettings', 'remoteSite', '0rp'),
  permissionSet,
  profile,
];

/** By name, which minds case. */
export function kindOf(name: string): Kind | undefined {
  return kinds.find((kind) => kind.name === name);
}

/** The kinds that lie inside the file of an object: element → kind. */
export const inObjects: Readonly<Record<string, string>> = { fields: 'CustomField', recordTypes: 'RecordType' };
