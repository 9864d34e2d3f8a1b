import type { TwinAbout } from '../../twins/twin.ts';
import { temperatures } from './sample/companies.ts';

/**
 * The demo's syncline.yaml: the four ready-made syncs, the accounts' with a field of each kind and one that goes both ways. Written as a
 * person would write it, because people read it to begin from. JSON is YAML, so what comes from the twins fits in as it is.
 */
export function demoConfig(salesforce: TwinAbout, zendesk: TwinAbout, publicUrl: string): string {
  return `# Written by \`syncline demo\` each time it starts: the addresses and credentials are those of its twins.
version: 1
server: { publicUrl: ${JSON.stringify(publicUrl)} } # where Zendesk calls when a ticket changes
connections:
  sales: ${connection(salesforce)}
  support: ${connection(zendesk)}
syncs:
  accounts:
    preset: salesforce-zendesk/accounts
    crm: { connection: sales }
    desk: { connection: support }
    direction: both
    create: [desk] # an account becomes an organization; an organization becomes an account only by a ticket
    update: [crm, desk]
    onMatch: ask # where both know a company and say different things, a person decides
    fields:
      - { crm: Name, desk: name, direction: both, write: { crm: create } } # an account keeps the name that it has
      - { crm: AccountNumber, desk: organization_fields.customer_number, direction: crm-to-desk }
      - { crm: Rating, desk: organization_fields.temperature, direction: crm-to-desk, values: ${flow(temperatures)} }
      - { crm: Description, desk: details, direction: both, conflict: [newest, ask] } # whoever wrote last; too close to call: a person
    references:
      - { crm: ParentId, desk: organization_fields.parent, sync: accounts, direction: crm-to-desk }
    schedule: { every: 2s }
  contacts: # as the preset comes, their accounts as organizations included
    preset: salesforce-zendesk/contacts
    crm: { connection: sales }
    desk: { connection: support }
    options: { phoneCountry: DE } # a number that names no country is a German one
    remove: { desk: delete } # who deletes a contact deletes the user
    schedule: { every: 2s }
  leads:
    preset: salesforce-zendesk/leads
    crm: { connection: sales }
    desk: { connection: support }
    options: { phoneCountry: DE }
    schedule: { every: 2s }
  tickets: # become cases; organizations and requesters that Salesforce does not know are made with them
    preset: salesforce-zendesk/tickets
    crm: { connection: sales }
    desk: { connection: support }
    options: { caseToTicket: status } # who closes a case solves its ticket
    moreFields:
      - { crm: Origin, desk: via.channel, direction: desk-to-crm, values: { email: Email, web: Web } }
    schedule: { every: 2s }
`;
}

function connection({ system, connection: more, auth }: TwinAbout): string {
  return flow({ system, ...more, auth });
}

function flow(value: Readonly<Record<string, unknown>>): string {
  const pairs = Object.entries(value).map(
    ([key, member]) =>
      `${key}: ${typeof member === 'object' && member !== null ? flow({ ...member }) : JSON.stringify(member)}`,
  );
  return `{ ${pairs.join(', ')} }`;
}
