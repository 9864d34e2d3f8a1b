import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Journey, newJourney, type Row } from './harness.ts';

/* What the journeys of a ticket's organization and requester share: a config with the tickets' sync, and others only where they are named. */

const sides = { crm: { connection: 'sales' }, desk: { connection: 'support' } };

/** Writes the config with these syncs and no others. */
export async function syncsOnly(journey: Journey, syncs: Readonly<Record<string, Row>>): Promise<void> {
  const path = join(journey.folder, 'syncline.yaml');
  const config: Row = JSON.parse(await readFile(path, 'utf8'));
  const all = Object.fromEntries(Object.entries(syncs).map(([name, sync]) => [name, { ...sides, ...sync }]));
  await writeFile(path, JSON.stringify({ ...config, syncs: all }, null, 2));
}

export function tickets(options: Row = {}): Row {
  return { preset: 'salesforce-zendesk/tickets', options };
}

/** Both twins, the package installed, and the tickets' sync alone. */
export async function newPeople(options: Row = {}, syncs: Readonly<Record<string, Row>> = {}): Promise<Journey> {
  const journey = await newJourney();
  await syncsOnly(journey, { tickets: tickets(options), ...syncs });
  await journey.open((service) => service.doctor({ install: 'package', connection: 'sales' }));
  return journey;
}

/** Adds records at a twin, with the same ids in the same order. */
export async function one(journey: Journey, host: 'sales' | 'support', object: string, row: Row): Promise<string> {
  const [id] = await journey.seed(host, object, [row]);
  if (id === undefined) throw new Error(`no ${object} was added`);
  return id;
}

/** What was written at a vendor since its calls were forgotten: a POST that only asks is none. */
export function wrote(journey: Journey, host: 'sales' | 'support'): readonly unknown[] {
  return journey.writes(host).filter(({ body }) => {
    const asked = typeof body === 'object' && body !== null ? Reflect.get(body, 'compositeRequest') : null;
    return !(Array.isArray(asked) && asked.every((each: Row) => each.method === 'GET'));
  });
}

/** What is there, and what is added, in the journey that is under way. */
export function peopleIn(journey: () => Journey) {
  const there = async (object: string) =>
    (await journey().records('sales', object)).filter(({ IsDeleted }) => IsDeleted !== true);
  return {
    there,
    accounts: () => there('Account'),
    contacts: () => there('Contact'),
    holds: async () =>
      (await journey().open((service) => service.holds({}))).map(({ sync, why, field }) =>
        `${sync}: ${why} ${field ?? ''}`.trim(),
      ),
    ticket: (fields: Row) =>
      one(journey(), 'support', 'ticket', { subject: 'Help', description: 'It is broken', ...fields }),
    member: (organization: string, name: string) =>
      one(journey(), 'support', 'user', { name, email: `${name}@acme.example`, organization_id: organization }),
  };
}
