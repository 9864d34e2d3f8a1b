import { z } from 'zod';
import type { FieldSetting } from '../../mapping/settings.ts';
import { definePreset, type PresetReference, type PresetSettings } from '../preset.ts';
import { backFields, standardFields } from './ticket-fields.ts';

/**
 * Zendesk tickets to Salesforce cases ("Setting up ticket sync from Zendesk to Salesforce"): created and updated, with every standard field
 * and metric of the vendor's own sync under its own names; the case fields come with `syncline doctor --install package`. Nothing of a
 * ticket or a case identifies the other one, so there is no criterion: a case is known by the key that we write on it. Suspended tickets are
 * no tickets yet, and spam is deleted at Zendesk, so neither becomes a case.
 */

const use = z.enum(['existing', 'create', 'default']).default('create');
const id = z.string().min(1);
const field = z.string().min(1);

const organization = z
  .strictObject({
    use: use.describe(
      'existing: accounts that are there · create: and new ones · default: one account where the ticket has none',
    ),
    default: id.optional().describe('the id of the account for tickets without an organization'),
    writeBack: field.optional().describe("the account field that takes the organization's id, once"),
  })
  .refine(hasDefault, 'say default: ID beside use: default')
  .prefault({})
  .describe("where the case's account comes from");

const requester = z
  .strictObject({
    use: use.describe(
      'existing: contacts that are there · create: and new ones · default: one contact where there is no usable requester',
    ),
    as: z
      .enum(['contact', 'lead'])
      .default('contact')
      .describe('what is made of a requester whom Salesforce does not know'),
    default: id.optional().describe('the id of the contact for tickets without a usable requester'),
    writeBack: field.optional().describe("the contact or lead field that takes the user's id, once"),
  })
  .refine(hasDefault, 'say default: ID beside use: default')
  .prefault({})
  .describe("where the case's contact comes from");

function hasDefault(given: { readonly use: string; readonly default?: string | undefined }): boolean {
  return given.use !== 'default' || given.default !== undefined;
}

const options = z
  .strictObject({
    recordType: z
      .string()
      .regex(
        /^[A-Za-z0-9]{15}([A-Za-z0-9]{3})?$/,
        'a record type is given by its id, 15 or 18 letters and digits, such as 0124S0000005abcQAA',
      )
      .optional()
      .describe('the id of the record type that new cases get'),
    organization,
    requester,
    caseToTicket: z
      .enum(['off', 'status', 'all'])
      .default('off')
      .describe('what of a case goes to its ticket: nothing · the status · the type, the priority and the subject too'),
    createTickets: z.boolean().default(false).describe('open cases that are made in Salesforce become tickets'),
    reopened: z
      .enum(['hold', 'follow-up'])
      .default('hold')
      .describe(
        'what a case does that is reopened after its ticket was closed: it waits for a person, or a follow-up ticket is made for it',
      ),
    dropDowns: z
      .enum(['value', 'label'])
      .default('value')
      .describe('what a text gets of a drop-down: its tag, or what people read'),
  })
  .refine(({ reopened, caseToTicket }) => reopened === 'hold' || caseToTicket !== 'off', {
    path: ['reopened'],
    message:
      'a case that is reopened is nothing to its ticket while caseToTicket is off: say caseToTicket: status beside it',
  });
type Options = z.infer<typeof options>;

export const tickets = definePreset({
  name: 'salesforce-zendesk/tickets',
  title: 'Zendesk tickets to Salesforce cases',
  crm: { system: 'salesforce', object: 'Case' },
  desk: { system: 'zendesk', object: 'ticket' },
  settings: {
    direction: 'desk-to-crm',
    create: ['crm'],
    update: ['crm'],
    match: [],
    onMatch: 'desk',
    onMany: 'hold',
    mark: 'auto',
    fields: standardFields,
    conflict: ['newest', 'desk'],
    scope: {},
    references: references(options.parse({})),
    // The names of people, brands and forms are other records': a ticket is not told as changed when one of them is. To read every ticket
    // for that costs a call for each hundred of them, which is too much for every hour.
    computed: '24h',
  },
  yields: [],
  options,
  shape,
});

function shape(settings: PresetSettings, given: Options): PresetSettings {
  const { recordType, caseToTicket, createTickets, reopened, dropDowns } = given;
  const follows = reopened === 'follow-up' && caseToTicket !== 'off';
  const isMade = createTickets || follows;
  const fields = backFields(settings.fields, { caseToTicket, isMade });
  const record: readonly FieldSetting[] =
    recordType === undefined ? [] : [{ crm: 'RecordTypeId', default: recordType, write: 'create' }];
  return {
    ...settings,
    create: createTickets ? ['crm', 'desk'] : settings.create,
    update: caseToTicket === 'off' ? settings.update : ['crm', 'desk'],
    fields: [...fields, ...record],
    references: references(given, isMade),
    ...(follows ? { renew: ['desk'] } : {}),
    ...(dropDowns === 'label' ? { option: 'label' } : {}),
    // A case that has a ticket of some account, and one that is closed, is none that a ticket is made of.
    ...(createTickets
      ? {
          makes: {
            crm: {
              all: [
                { field: 'Zendesk_Support_Ticket_ID__c', op: 'is-empty' },
                { field: 'IsClosed', op: 'is-not', value: [true] },
              ],
            },
          },
        }
      : {}),
  };
}

/** `isMade`: tickets are made of cases too, and get their people from these once. */
function references({ organization, requester }: Options, isMade = false): readonly PresetReference[] {
  const both: Pick<PresetReference, 'direction' | 'write'> = isMade
    ? { direction: 'both', write: { desk: 'create' } }
    : {};
  const empty = (given: string | undefined): Pick<PresetReference, 'none' | 'default'> =>
    given === undefined ? { none: 'empty' } : { none: 'default', default: isMade ? { crm: given } : given };
  const back = (name: string | undefined) => (name === undefined ? {} : { writeBack: name });
  // Of a case's account and contact nothing is made at Zendesk.
  const made = (isWanted: boolean) => (isWanted && isMade ? (['crm'] satisfies ['crm']) : isWanted);
  const isCreated = requester.use === 'create';
  const asLead = requester.as === 'lead';
  return [
    {
      crm: 'AccountId',
      desk: 'organization_id',
      preset: 'salesforce-zendesk/accounts',
      derive: 'organizations',
      create: made(organization.use === 'create'),
      ...empty(organization.default),
      ...back(organization.writeBack),
      ...both,
    },
    {
      crm: 'ContactId',
      desk: 'requester_id',
      preset: 'salesforce-zendesk/contacts',
      derive: 'people',
      create: made(isCreated && !asLead),
      ...empty(requester.default),
      ...back(asLead ? undefined : requester.writeBack),
      ...both,
      or: {
        preset: 'salesforce-zendesk/leads',
        ...(asLead ? { derive: 'leads', create: made(isCreated), ...back(requester.writeBack) } : {}),
        fields: { SuppliedName: 'requester.name', SuppliedEmail: 'requester.email' },
      },
    },
  ];
}
