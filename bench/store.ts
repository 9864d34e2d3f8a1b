/**
 * How fast and how large a store is: `npx node bench/store.ts [--store memory|pglite|pg] [--records N]`, JSON on stdout. `pglite` uses a
 * fresh folder on disk, `pg` a fresh database on the server that test/postgres.ts finds or starts. What is measured: a first load in
 * pages of 2,000 (one match key and one half link each), every link decided and written in batches of 1,000 (take, one intent each,
 * settled with sightings and history), a poll that brings nothing new, one that brings edits, and memory on the way. `cpuUs` is the
 * processor time of this process per record: all of the embedded database is in it, nothing of a server.
 */
import { parseArgs } from 'node:util';
import type { Intent, LinkChange, Store } from '../src/engine/ports.ts';
import type { Sighting } from '../src/model/record.ts';
import { openStage } from './kit/stage.ts';

const { values } = parseArgs({
  options: { store: { type: 'string', default: 'pglite' }, records: { type: 'string', default: '200000' } },
});
const records = Number(values.records);
const pageSize = 2_000;
const batchSize = 1_000;
const pair = 'sales/Account|support/organization';

const stage = await openStage(values.store);
const startMs = performance.now();
const store = await stage.open();
const openMs = performance.now() - startMs;

let now = 1_000;
const samples = [sample('opened')];

const observed = await metered(async () => {
  for (let from = 0; from < records; from += pageSize) await observePage(store, from);
});
samples.push(sample('observed'));

const phases = { take: noTime(), intend: noTime(), settle: noTime() };
const reconciled = await metered(async () => {
  while (await reconcile(store)) now += 10;
});
samples.push(sample('reconciled'));

const polled = Math.min(records, 20_000);
const unchanged = await metered(async () => {
  for (let from = 0; from < polled; from += pageSize) await store.known('sales', 'Account', idsFrom(from));
});
const edited = await metered(async () => {
  for (let from = 0; from < polled; from += pageSize) await editPage(store, from);
});
samples.push(sample('edited'));
const allDueMs = (await metered(() => store.allDue('accounts', now))).ms;
samples.push(sample('all due'));
const tidyMs = (await metered(() => store.tidy(0))).ms;
samples.push(sample('tidied'));
const counts = await store.counts('accounts', now);
await store.close();

const reopening = await metered(async () => (await stage.open()).close());
await stage.close();

process.stdout.write(
  `${JSON.stringify(
    {
      store: values.store,
      records,
      openMs: Math.round(openMs),
      observe: perRecord(records, observed),
      reconcile: perRecord(records, reconciled),
      phases: Object.fromEntries(Object.entries(phases).map(([name, spent]) => [name, perRecord(records, spent)])),
      unchanged: perRecord(polled, unchanged),
      edit: perRecord(polled, edited),
      allDueMs: Math.round(allDueMs),
      tidyMs: Math.round(tidyMs),
      reopenMs: Math.round(reopening.ms),
      memory: samples,
      counts,
    },
    null,
    2,
  )}\n`,
);

async function observePage(into: Store, from: number): Promise<void> {
  const ids = idsFrom(from);
  now += 1;
  await into.observe({
    connection: 'sales',
    object: 'Account',
    lease: '',
    cursor: null,
    complete: false,
    fields: ['Name', 'Industry', 'Phone', 'Website'],
    now,
    sightings: ids.map((id) => sighting('sales', 'Account', id, 'first')),
    keys: Object.fromEntries(ids.map((id) => [id, [{ field: 'Name', value: `account ${id}` }]])),
    open: ids.map((id) => ({ sync: 'accounts', pair, side: 'crm', id, link: `link${id}`, lane: 'load' })),
    due: [],
  });
}

function sighting(connection: string, object: string, id: string, edition: string): Sighting {
  const seen = {
    Name: `Account ${id}`,
    Industry: 'Banking',
    Phone: `+33 1 ${id}`,
    Website: `https://${id}.example/${edition}`,
  };
  return {
    ref: { connection, object, id },
    version: `2026-01-01T00:00:00Z ${edition}`,
    at: now,
    by: '005000000000001AAA',
    seen,
  };
}

async function reconcile(into: Store): Promise<boolean> {
  const lease = `lease${now}`;
  const ask = { syncs: ['accounts'], now, limit: batchSize, lease, until: now + 60_000 };
  const due = await phase('take', () => into.take(ask));
  if (due.length === 0) return false;
  const intents = due.map(({ link, turn }): Intent => {
    const fields = {
      name: `Account ${link.crm?.id}`,
      details: 'Banking',
      phone: '+33 1',
      notes: 'https://example.com',
    };
    const before = Object.fromEntries(
      Object.entries(fields).map(([field, after]) => [field, { before: null, after, rule: `${field} → ${field}` }]),
    );
    return {
      id: `intent${link.id}`,
      run: 'run',
      sync: 'accounts',
      link: link.id,
      connection: 'support',
      side: 'desk',
      operation: {
        do: 'create',
        link: link.id,
        object: 'organization',
        mark: `salesforce:00D:${link.crm?.id}`,
        fields,
      },
      cause: 'create',
      before,
      agreed: {
        crm: { Name: fields.name, Industry: 'Banking' },
        desk: {},
        rules: { 'Name → name': 'hash-1', 'Industry → details': 'hash-2' },
      },
      turn,
      tries: 0,
      again: false,
      batch: lease,
      place: 0,
      asked: false,
      at: now,
      state: 'open',
      job: null,
      againAt: now + 60_000,
    };
  });
  const opened = intents.map((intent): LinkChange => {
    const claims = [{ connection: 'support', object: 'organization', field: 'name', value: `account ${intent.link}` }];
    return { link: intent.link, turn: intent.turn, open: [intent], claims, holds: [], clearAnswers: true, due: 'keep' };
  });
  await phase('intend', () => into.commit(opened, lease, now));
  const settled = due.map(({ link, turn }, i): LinkChange => {
    const id = `3600${link.crm?.id}`;
    const rules = { 'Name → name': 'hash-1', 'Industry → details': 'hash-2' };
    const base = { 'Name → name': 'Account', 'Industry → details': 'Banking' };
    const intent = intents[i];
    return {
      link: link.id,
      turn,
      ends: {
        crm: { id: link.crm?.id ?? '', version: 'v', base, rules, movedAt: {} },
        desk: { id, version: 'v', base, rules, movedAt: {} },
      },
      close: [`intent${link.id}`],
      releaseClaims: true,
      due: 'clear',
      history: [
        {
          id: `row${link.id}`,
          at: now,
          run: 'run',
          sync: 'accounts',
          link: link.id,
          side: 'desk',
          do: 'create',
          cause: 'create',
          record: id,
          fields: intent?.before ?? {},
          outcome: 'ok',
        },
      ],
      sightings: [sighting('support', 'organization', id, 'first')],
      keys: { [id]: [{ field: 'name', value: `account ${link.id}` }] },
    };
  });
  await phase('settle', () => into.commit(settled, null, now));
  return true;
}

async function editPage(into: Store, from: number): Promise<void> {
  const ids = idsFrom(from);
  now += 1;
  const known = await into.known('sales', 'Account', ids);
  await into.observe({
    connection: 'sales',
    object: 'Account',
    lease: '',
    cursor: null,
    complete: true,
    fields: ['Name', 'Industry', 'Phone', 'Website'],
    now,
    sightings: ids.map((id) => sighting('sales', 'Account', id, 'second')),
    keys: Object.fromEntries(ids.map((id) => [id, [{ field: 'Name', value: `account ${id}` }]])),
    open: [],
    due: known.flatMap(({ links }) =>
      links.map(({ link }) => ({ link: link.id, lane: 'live' as const, cause: 'edit' as const })),
    ),
  });
}

function idsFrom(from: number): readonly string[] {
  return Array.from({ length: Math.min(pageSize, records - from) }, (_, i) => `001000000${from + i}AAA`);
}

interface Spent {
  ms: number;
  /** What one core did, whatever else the machine was busy with. */
  cpuMs: number;
}

function noTime(): Spent {
  return { ms: 0, cpuMs: 0 };
}

async function phase<T>(name: keyof typeof phases, work: () => Promise<T>): Promise<T> {
  const results: T[] = [];
  const { ms, cpuMs } = await metered(async () => results.push(await work()));
  phases[name].ms += ms;
  phases[name].cpuMs += cpuMs;
  const [result] = results;
  if (result === undefined) throw new Error(`${name} brought nothing`);
  return result;
}

async function metered(work: () => Promise<unknown>): Promise<Spent> {
  const before = process.cpuUsage();
  const from = performance.now();
  await work();
  const ms = performance.now() - from;
  const { user, system } = process.cpuUsage(before);
  return { ms, cpuMs: (user + system) / 1000 };
}

function perRecord(count: number, { ms, cpuMs }: Spent) {
  return { us: Math.round((ms / count) * 1000), cpuUs: Math.round((cpuMs / count) * 1000) };
}

function sample(when: string) {
  return { when, rssMb: Math.round(process.memoryUsage().rss / 1e6) };
}
