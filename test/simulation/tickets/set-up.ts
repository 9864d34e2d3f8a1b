import { z } from 'zod';
import { syncsOnly } from '../../journeys/ticket-people.ts';
import type { Company } from '../company.ts';
import type { Configuration } from '../configurations.ts';
import { watched } from '../ledger.ts';
import { publicUrl } from './post.ts';
import { ticketFlows } from './rules.ts';

const made = z.array(z.number()).min(1);

/** A field of the customer's own on both sides, and the config, which names it by its id. */
export async function prepareTickets(company: Company): Promise<void> {
  const { journey, configuration } = company;
  const answer = await journey.control('support', 'PUT', 'schema', {
    ticket: { fields: [{ title: 'Region', type: 'text' }] },
  });
  const [id = 0] = made.parse(Object(answer).ticket);
  company.regionField = id;
  await journey.schema('sales', 'Case', [{ name: 'Region__c', type: 'string', length: 80 }]);
  const moreFields = [{ crm: 'Region__c', desk: `custom_fields.${id}` }];
  const { accounts, syncs, tickets } = configuration;
  const all = { ...syncs, tickets: { ...syncs.tickets, moreFields } };
  await journey.configure(accounts, { syncs: all, server: { publicUrl } });
  if (tickets?.isDerived) await syncsOnly(journey, all);
}

/** Fields by which Syncline may write because of tickets, as `kind field`. */
export function writtenFields({ tickets }: Configuration): readonly string[] {
  if (tickets === null) return [];
  const ofCases = [...ticketFlows.map((flow) => flow.made), 'AccountId', 'ContactId'];
  return [
    ...watched.Case.filter((field) => ofCases.includes(field)).map((field) => `Case ${field}`),
    ...(tickets.goesBack ? ['ticket status'] : []),
  ];
}
