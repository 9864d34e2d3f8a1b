import type { Raw } from '../kit/call.ts';
import { escaped, soapMessage } from './soap.ts';

/**
 * Custom fields, record types and their kin, as the Metadata API takes them (Metadata API Developer Guide, "createMetadata()",
 * "upsertMetadata()"): at once, at most ten of one type in a call, each with its own result; what fails leaves the others standing.
 */
export type MetadataVerb = 'createMetadata' | 'upsertMetadata';
export type MetadataType = 'CustomField' | 'RecordType' | 'BusinessProcess' | 'PermissionSet';

export const componentsPerCall = 10;

/** Everything of a component but its name; a list is an element that comes several times. */
export type Properties = { readonly [name: string]: Property };
type Property = string | number | boolean | Properties | readonly Properties[];

export interface Component {
  /** `Case.Syncline_Key__c` */
  readonly fullName: string;
  readonly properties: Properties;
}

const namespace = 'http://soap.sforce.com/2006/04/metadata';

export function metadataMessage(verb: MetadataVerb, type: MetadataType, components: readonly Component[]): Raw {
  const inside = components.map(
    ({ fullName, properties }) =>
      `<metadata xsi:type="${type}">${element('fullName', fullName)}${elements(properties)}</metadata>`,
  );
  return soapMessage(namespace, `<${verb}>${inside.join('')}</${verb}>`);
}

/** In the order of the service's own definition: the name, which every component inherits, then the alphabet's. */
function elements(properties: Properties): string {
  const place = (name: string) => (name === 'fullName' ? '' : name);
  return Object.keys(properties)
    .toSorted((a, b) => (place(a) < place(b) ? -1 : 1))
    .map((name) => element(name, properties[name] ?? ''))
    .join('');
}

function element(name: string, value: Property): string {
  if (isList(value)) return value.map((each) => element(name, each)).join('');
  const inside = typeof value === 'object' ? elements(value) : escaped(String(value));
  return `<${name}>${inside}</${name}>`;
}

function isList(value: Property): value is readonly Properties[] {
  return Array.isArray(value);
}
