import { type Edit, systemOf } from './edit.ts';
import { type DemoRecord, type Towns, textOf } from './record.ts';
import { accounts, sameName, temperatures } from './sample/companies.ts';
import { contacts, knownAddresses, leads } from './sample/people.ts';
import { ticketsOf } from './sample/tickets.ts';

/** The demo's two systems in memory, and Syncline as if it took no time: what the stories of the tests play in. */

/** Both systems after a first load: every account but those that stand twice has its organization, every person their user. */
export function loaded(): Towns {
  const ids = new Map(accounts.map(({ Name }, i) => [Name, `001${i}`]));
  const person = (
    { account = null, ...one }: { account?: string | null; FirstName: string | null; LastName: string },
    Id: string,
  ): DemoRecord => named({ ...one, Id, AccountId: ids.get(account ?? '') ?? null });
  return synced({
    accounts: accounts.map(({ parent, ...account }, i) => ({ ...account, Id: `001${i}` })),
    contacts: contacts.map((contact, i) => person(contact, `003${i}`)),
    // One with the address of a contact is held, and nobody touches it.
    leads: leads
      .filter(({ Email }) => !contacts.some((one) => one.Email === Email))
      .map((lead, i) => person(lead, `00Q${i}`)),
    organizations: [],
    users: [],
    identities: [],
    tickets: ticketsOf(knownAddresses)
      .filter(({ isSpam }) => !isSpam)
      .map(({ from, ...ticket }, i) => ({
        ...ticket,
        id: `t${i}`,
        requester: { email: from },
        assignee_id: ticket.status === 'new' ? null : agent,
      })),
    cases: [],
  });
}

/** The edit, and what happens meanwhile, as their systems have them at once. */
export function edited(towns: Towns, edit: Edit): Towns {
  const after = done(towns, edit);
  return edit.meanwhile ? done(after, edit.meanwhile) : after;
}

/** The one who works on tickets. */
const agent = 'z-agent';
const statuses: Readonly<Record<string, string>> = {
  new: 'New',
  open: 'Working',
  pending: 'Working',
  solved: 'Closed',
  closed: 'Closed',
};

const lists = {
  Account: 'accounts',
  Contact: 'contacts',
  Lead: 'leads',
  Case: 'cases',
  organization: 'organizations',
  ticket: 'tickets',
} as const;

function done(towns: Towns, { object, id, fields, deed }: Pick<Edit, 'object' | 'id' | 'fields' | 'deed'>): Towns {
  const list = lists[object];
  const key = systemOf[object] === 'salesforce' ? 'Id' : 'id';
  const gone = deed === undefined ? [] : deed === 'remove' ? [id] : deed.merge;
  const records = towns[list].filter((record) => !gone.includes(textOf(record, key)));
  const after =
    id === null
      ? [...records, named({ ...fields, [key]: `new ${Object.values(fields).join(' ')}` })]
      : records.map((record) => (textOf(record, key) === id ? named({ ...record, ...fields }) : record));
  return { ...towns, [list]: after };
}

/** What Syncline makes of it: the notes of organizations go to their accounts, everything else goes to the help desk. */
export function synced(towns: Towns, edit: Edit | null = null): Towns {
  /** Whose organization it is cannot be told where a name stands twice. */
  const isAlone = ({ Name }: DemoRecord): boolean =>
    after.filter((one) => sameName(textOf(one, 'Name')) === sameName(String(Name))).length === 1;
  const idOf = (record: DemoRecord): string => `z${textOf(record, 'Id')}`;
  const details = edit?.object === 'organization' ? edit.fields.details : undefined;
  const after = towns.accounts.map((account) =>
    details !== undefined && idOf(account) === edit?.id ? { ...account, Description: details } : account,
  );
  const people = [...towns.contacts, ...towns.leads];
  const caseOf = (ticket: DemoRecord): string => `500${textOf(ticket, 'id')}`;
  const isClosed = (ticket: DemoRecord): boolean => edit?.object === 'Case' && edit.id === caseOf(ticket);
  const tickets = towns.tickets.map((ticket) => (isClosed(ticket) ? { ...ticket, status: 'solved' } : ticket));
  const addresses = people
    .map((person) => ({ user_id: idOf(person), type: 'email', value: textOf(person, 'Email').toLowerCase() }))
    .filter(
      ({ value, user_id }) =>
        value !== '' && !towns.identities.some((one) => one.value === value && one.user_id === user_id),
    );
  return {
    ...towns,
    accounts: after,
    organizations: after.filter(isAlone).map((account) => ({
      id: idOf(account),
      name: account.Name,
      details: account.Description,
      organization_fields: {
        customer_number: textOf(account, 'AccountNumber'),
        temperature: temperatures[textOf(account, 'Rating')] ?? null,
      },
    })),
    tickets,
    cases: tickets.map((ticket) => ({
      Id: caseOf(ticket),
      Zendesk_Support_Ticket_ID__c: ticket.id,
      Subject: ticket.subject,
      Status: statuses[textOf(ticket, 'status')],
      ContactId: textOf(ticket, 'requester_id').replace(/^z/, '') || 'a new contact',
    })),
    users: [
      { id: agent, name: 'Elif', role: 'agent' },
      ...people.map((person) => ({
        id: idOf(person),
        name: person.Name,
        organization_id: textOf(person, 'AccountId') === '' ? null : `z${textOf(person, 'AccountId')}`,
      })),
    ],
    identities: [...towns.identities, ...addresses],
  };
}

/** A person's name is made of its parts. */
function named(record: DemoRecord): DemoRecord {
  if (record.LastName === undefined) return record;
  return { ...record, Name: `${textOf(record, 'FirstName')} ${textOf(record, 'LastName')}`.trim() };
}
