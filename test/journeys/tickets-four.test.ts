import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openService, type Service } from '../../src/app/service.ts';
import { openMemory } from '../../src/store/memory.ts';
import { createTestWorld, type TestWorld } from '../../src/systems/kit/testing.ts';
import { createSalesforceTwin } from '../../src/systems/salesforce/twin/index.ts';
import { createZendeskTwin } from '../../src/systems/zendesk/twin/index.ts';
import type { Twin } from '../../src/twins/twin.ts';
import type { Row } from './harness.ts';
import { ids } from './ticketing.ts';

/**
 * Two orgs and two accounts of Zendesk, side by side in one config: two accounts feed one org, and one account feeds two orgs. Their tickets
 * have the same small numbers, and nothing of one may be taken for the other one's.
 */
const ports = { europe: 5001, america: 5002, shop: 5003, lab: 5004 } as const;
type Name = keyof typeof ports;
const names = Object.keys(ports) as readonly Name[];
const urlOf = (name: Name) => `http://${name}.localhost:${ports[name]}`;

let world: TestWorld;
let folder: string;
let store: ReturnType<typeof openMemory>;

async function control(name: Name, method: string, path: string, body?: unknown): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  const given = body === undefined ? {} : { body: JSON.stringify(body), headers };
  const response = await world.fetch(new Request(`${urlOf(name)}/_twin/${path}`, { method, ...given }));
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.status === 204 ? null : response.json();
}

async function records(name: Name, object: string): Promise<readonly Row[]> {
  const answer = await control(name, 'GET', `records/${object}`);
  return (Array.isArray(answer) ? answer : Reflect.get(Object(answer), 'records')) as readonly Row[];
}

async function open<Answer>(work: (service: Service) => Promise<Answer>): Promise<Answer> {
  const service = await openService({
    configPath: join(folder, 'syncline.yaml'),
    dataDir: join(folder, 'data'),
    world,
    environment: {},
    command: 'syncline test',
    openStore: async () => ({ ...store, close: async () => {} }),
  });
  try {
    return await work(service);
  } finally {
    await service.close();
  }
}

beforeEach(async () => {
  const twins: Partial<Record<Name, Twin>> = {};
  world = createTestWorld({
    fetch: async (request) => {
      const name = names.find((each) => String(ports[each]) === new URL(request.url).port);
      const twin = name && twins[name];
      if (!twin) throw new TypeError('fetch failed', { cause: new Error(`ECONNREFUSED ${request.url}`) });
      return twin.fetch(request);
    },
  });
  folder = await mkdtemp(join(tmpdir(), 'syncline-four-'));
  store = openMemory();
  const connections: Record<string, Row> = {};
  for (const [i, name] of names.entries()) {
    const isOrg = name === 'europe' || name === 'america';
    const twin = isOrg ? createSalesforceTwin({ seed: i + 1, world }) : createZendeskTwin({ seed: i + 1, world });
    twins[name] = twin;
    const { connection, auth } = twin.about(urlOf(name));
    connections[name] = { system: isOrg ? 'salesforce' : 'zendesk', ...connection, auth };
  }
  const sync = (crm: Name, desk: Name, options: Row) => ({
    preset: 'salesforce-zendesk/tickets',
    crm: { connection: crm },
    desk: { connection: desk },
    options,
  });
  const syncs = {
    'shop-europe': sync('europe', 'shop', { createTickets: true, caseToTicket: 'status' }),
    'lab-europe': sync('europe', 'lab', { createTickets: false }),
    'shop-america': sync('america', 'shop', { caseToTicket: 'status' }),
  };
  await writeFile(join(folder, 'syncline.yaml'), JSON.stringify({ version: 1, connections, syncs }));
  for (const connection of ['europe', 'america'])
    await open((service) => service.doctor({ install: 'package', connection }));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function step() {
  await world.pass(90_000);
  return open((service) => service.run({ syncs: [] }));
}

const told = async (org: Name) =>
  (await records(org, 'Case')).map((row) => [row.Subject, row[ids], row.Syncline_Key__c]).sort();

describe('two accounts and two orgs', () => {
  it('keep their tickets apart, whose numbers are the same', async () => {
    for (const account of ['shop', 'lab'] as const)
      await control(account, 'PUT', 'seed', {
        ticket: [{ subject: `one of ${account}` }, { subject: `two of ${account}` }],
      });
    const report = await step();
    expect(report.syncs).toMatchObject({
      'shop-europe': { created: { crm: 2, desk: 0 }, held: 0 },
      'lab-europe': { created: { crm: 2, desk: 0 }, held: 0 },
      'shop-america': { created: { crm: 2, desk: 0 }, held: 0 },
    });
    const ofShop = [
      ['one of shop', '1', 'zendesk:shop.localhost:5003:1'],
      ['two of shop', '2', 'zendesk:shop.localhost:5003:2'],
    ];
    const ofLab = [
      ['one of lab', '1', 'zendesk:lab.localhost:5004:1'],
      ['two of lab', '2', 'zendesk:lab.localhost:5004:2'],
    ];
    expect(await told('europe')).toEqual([...ofLab, ...ofShop].sort());
    expect(await told('america')).toEqual(ofShop);
    // A case of one account becomes no ticket of another one, and nobody is written a second time.
    const quiet = await step();
    expect(Object.values(quiet.calls).map(({ write }) => write)).toEqual([0, 0, 0, 0]);
    expect(await records('shop', 'ticket')).toHaveLength(2);
  });

  it('carry an edit to both orgs, and a status of one org over the ticket to the other one', async () => {
    await control('shop', 'PUT', 'seed', { ticket: [{ subject: 'Broken' }] });
    await step();
    await control('shop', 'PATCH', 'records/ticket/1', { priority: 'high' });
    await step();
    expect((await records('europe', 'Case'))[0]).toMatchObject({ Priority: 'High' });
    const [american] = await records('america', 'Case');
    expect(american).toMatchObject({ Priority: 'High', Status: 'New' });
    await control('america', 'PATCH', `records/Case/${String(american?.Id)}`, { Status: 'Escalated' });
    await step();
    await step();
    expect((await records('shop', 'ticket'))[0]).toMatchObject({ status: 'open' });
    expect((await records('europe', 'Case'))[0]).toMatchObject({ Status: 'Working' });
    expect((await records('america', 'Case'))[0]).toMatchObject({ Status: 'Escalated' });
    expect(await open((service) => service.holds({}))).toEqual([]);
  });

  it('give a case that was made in one org to the other one, by its ticket, once', async () => {
    const made = { Subject: 'From Europe', Description: 'Hello', SuppliedEmail: 'eve@shop.example' };
    await control('europe', 'PUT', 'seed', { Case: [made] });
    await step();
    await step();
    const [ticket, ...more] = await records('shop', 'ticket');
    expect([ticket?.subject, more]).toEqual(['From Europe', []]);
    const [european] = await records('europe', 'Case');
    expect(ticket?.external_id).toBe(european?.Id);
    expect(european).toMatchObject({ [ids]: String(ticket?.id) });
    expect(await told('america')).toEqual([
      ['From Europe', String(ticket?.id), `zendesk:shop.localhost:5003:${String(ticket?.id)}`],
    ]);
    expect(await records('lab', 'ticket')).toEqual([]);
    expect(await open((service) => service.holds({}))).toEqual([]);
    const quiet = await step();
    expect(Object.values(quiet.calls).map(({ write }) => write)).toEqual([0, 0, 0, 0]);
  });
});
