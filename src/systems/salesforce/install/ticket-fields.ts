import type { FieldDescription, FieldType } from '../../../model/object-type.ts';
import type { PlannedField } from './fields.ts';

/**
 * The case fields into which a ticket goes, as the ticket package of the desk's own integration names them (Zendesk help, "Setting up ticket
 * sync from Zendesk to Salesforce", standard and custom field mappings).
 */

/** `fits`: the types that can hold what is written there; a field of one of them that exists already is used as it is. */
interface Kind {
  readonly words: string;
  readonly properties: PlannedField['properties'];
  readonly fits: readonly FieldType[];
}

const texts: readonly FieldType[] = ['text', 'longtext'];

const id: Kind = { words: 'Text(40)', properties: { type: 'Text', length: 40 }, fits: texts };
/** Not unique: two accounts of Zendesk share small numbers. What is unique is our key. */
const ticketId: Kind = {
  words: 'Text(40), external id',
  properties: { ...id.properties, externalId: true, unique: false },
  fits: texts,
};
const name: Kind = { words: 'Text(255)', properties: { type: 'Text', length: 255 }, fits: texts };
const email: Kind = { words: 'Email', properties: { type: 'Email' }, fits: ['email', ...texts] };
const tags: Kind = {
  words: 'LongTextArea(32768)',
  properties: { type: 'LongTextArea', length: 32_768, visibleLines: 3 },
  fits: texts,
};
const url: Kind = { words: 'Url', properties: { type: 'Url' }, fits: ['url', ...texts] };
const time: Kind = { words: 'DateTime', properties: { type: 'DateTime' }, fits: ['datetime', 'date', ...texts] };
const minutes: Kind = {
  words: 'Number(18,0)',
  properties: { type: 'Number', precision: 18, scale: 0 },
  fits: ['integer', 'decimal', ...texts],
};

const prefix = 'Zendesk_Support_Ticket_';

const kinds: readonly (readonly [kind: Kind, ...names: string[]])[] = [
  [ticketId, `${prefix}ID`],
  [id, 'Zendesk_Assignee'],
  [
    name,
    ...['Requester_Name', 'Organization_Name', 'Brand_Name', 'Assignee_Name', 'Group_Name', 'Form_Name'].map(prefixed),
  ],
  [email, `${prefix}Requester_Email`],
  [tags, `${prefix}Tags`],
  [url, `${prefix}URL`],
  [time, ...['Created_At', 'Updated_At', 'Solved_At', 'Initial_Assigned'].map(prefixed)],
  [
    minutes,
    ...['Resolution', 'Req_Wait', 'Agent_Wait', 'On_Hold', 'First_Reply'].flatMap((metric) => [
      prefixed(`${metric}_Cal`),
      prefixed(`${metric}_Bus`),
    ]),
  ],
];

function prefixed(own: string): string {
  return `${prefix}${own}`;
}

export interface TicketField extends PlannedField, Pick<Kind, 'words' | 'fits'> {}

export const ticketFields: readonly TicketField[] = kinds.flatMap(([{ words, properties, fits }, ...names]) =>
  names.map((own) => ({
    object: 'Case',
    name: `${own}__c`,
    properties: { ...properties, label: own.replaceAll('_', ' ') },
    words,
    fits,
  })),
);

/** What is wrong with a field of this name that is there, for the end of a sentence; null where it will do. */
export function unfit({ words, fits }: TicketField, field: FieldDescription): string | null {
  if (!field.stamped) return 'is a formula, which nobody can write';
  return fits.includes(field.type) ? null : `is ${kindWords(field)}, which cannot hold what belongs there: ${words}`;
}

/** The names that people see in Setup, where the API's differ from them. */
const setupNames: Readonly<Record<string, string>> = {
  string: 'Text',
  textarea: 'text area',
  double: 'Number',
  datetime: 'DateTime',
  boolean: 'Checkbox',
  picklist: 'Picklist',
  multipicklist: 'multi-select Picklist',
  reference: 'Lookup',
};

/** `Text(255)` */
export function kindWords({ vendorType, maxLength, scale }: FieldDescription): string {
  const kind = setupNames[vendorType] ?? `${vendorType.charAt(0).toUpperCase()}${vendorType.slice(1)}`;
  const sized = vendorType === 'string' || vendorType === 'textarea';
  if (sized && maxLength !== null) return `${kind}(${maxLength})`;
  return vendorType === 'double' && scale !== null && scale > 0 ? `${kind} with ${scale} decimal places` : kind;
}
