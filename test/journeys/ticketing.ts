import type { HoldEntry } from '../../src/app/app.ts';
import { type Journey, newJourney, type Row } from './harness.ts';

/* What the journeys of tickets share: a config with the preset, an org with its package, and the words for a ticket and its case. */

export const ids = 'Zendesk_Support_Ticket_ID__c';

/** The syncs of an account that carries tickets: `options` of the preset, and whatever else the sync says. */
export function ticketSyncs(options: Row = {}, more: Row = {}): Readonly<Record<string, Row>> {
  return {
    contacts: { preset: 'salesforce-zendesk/contacts' },
    tickets: { preset: 'salesforce-zendesk/tickets', options, ...more },
  };
}

/** Both twins, the preset, and an org in which its package is installed. */
export async function newTickets(options: Row = {}, more: Row = {}): Promise<Journey> {
  const journey = await newJourney();
  await journey.configure({}, { syncs: ticketSyncs(options, more) });
  await journey.open((service) => service.doctor({ install: 'package', connection: 'sales' }));
  return journey;
}

/** A run, once Zendesk's export shows what was done until now. */
export async function catchUp(journey: Journey): ReturnType<Journey['run']> {
  await journey.world.pass(90_000);
  return journey.run();
}

export async function cases(journey: Journey): Promise<readonly Row[]> {
  return journey.records('sales', 'Case');
}

/** The case of a ticket; it is an error if there is none, or there are several. */
export async function caseOf(journey: Journey, ticket: unknown): Promise<Row> {
  const found = (await cases(journey)).filter((row) => row[ids] === String(ticket) && row.IsDeleted !== true);
  const [only] = found;
  if (!only || found.length > 1) throw new Error(`ticket ${String(ticket)} has ${found.length} cases`);
  return only;
}

export async function ticketOf(journey: Journey, id: unknown): Promise<Row> {
  const row = (await journey.records('support', 'ticket')).find((each) => String(each.id) === String(id));
  if (!row) throw new Error(`there is no ticket ${String(id)}`);
  return row;
}

export async function holdsOf(journey: Journey, sync = 'tickets'): Promise<readonly HoldEntry[]> {
  return journey.open((service) => service.holds({ sync }));
}

/** Messages of what waits, and of what Salesforce or Zendesk refused. */
export async function messages(journey: Journey): Promise<readonly string[]> {
  return (await holdsOf(journey)).map(({ message }) => message);
}

/** What Zendesk's own API says, by an administrator's token. */
export async function askZendesk(journey: Journey, path: string): Promise<Row> {
  const authorization = `Basic ${btoa('owner@twin.example/token:twin-api-token')}`;
  const request = new Request(`http://support.localhost:5002/api/v2/${path}`, { headers: { authorization } });
  const response = await journey.world.fetch(request);
  if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Row;
}
