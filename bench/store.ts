/**
 * How fast and how large a store is: `node bench/store.ts [memory|pglite] [records]`, JSON on stdout. `pglite` uses a fresh folder on
 * disk. What is measured: a first load in pages of 2,000 (one match key and one half link each), every link decided and written in
 * batches of 1,000 (take, one intent each, settled with sightings and history), a poll that brings edits, and memory on the way.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Intent, LinkChange, Store } from '../src/engine/ports.ts';
import type { Sighting } from '../src/model/record.ts';
import { openMemory } from '../src/store/memory.ts';
import { openPglite } from '../src/store/open.ts';

const kind = process.argv[2] === 'memory' ? 'memory' : 'pglite';
const records = Number(process.argv[3] ?? 200_000);
const pageSize = 2_000;
const batchSize = 1_000;
const pair = 'sales/Account|support/organization';

const folder = kind === 'pglite' ? await mkdtemp(join(tmpdir(), 'syncline-bench-')) : null;
const startMs = performance.now();
const store = folder === null ? openMemory() : await openPglite(join(folder, 'database'));
const openMs = performance.now() - startMs;

let now = 1_000;
const samples = [sample('opened')];

const observed = await metered(async () => {
  for (let from = 0; from < records; from += pageSize) await observePage(store, from);
});
samples.push(sample('observed'));

const phases = { take: 0, intend: 0, settle: 0 };
const reconciled = await metered(async () => {
  while (await reconcile(store)) now += 10;
});
samples.push(sample('reconciled'));

const editMs = await timed(async () => {
  for (let from = 0; from < Math.min(records, 20_000); from += pageSize) await editPage(store, from);
});
samples.push(sample('edited'));
const allDueMs = await timed(() => store.allDue('accounts', now));
samples.push(sample('all due'));
const tidyMs = await timed(() => store.tidy(0));
samples.push(sample('tidied'));
const counts = await store.counts('accounts', now);
await store.close();

const reopened = folder === null ? null : await reopen(join(folder, 'database'));
if (folder !== null) await rm(folder, { recursive: true, force: true });

process.stdout.write(
  `${JSON.stringify(
    {
      kind,
      records,
      openMs: Math.round(openMs),
      observePerSecond: perSecond(records, observed.ms),
      observePerCpuSecond: perSecond(records, observed.cpuMs),
      linksPerSecond: perSecond(records, reconciled.ms),
      linksPerCpuSecond: perSecond(records, reconciled.cpuMs),
      phasesMs: Object.fromEntries(Object.entries(phases).map(([name, ms]) => [name, Math.round(ms)])),
      editsPerSecond: perSecond(Math.min(records, 20_000), editMs),
      allDueMs: Math.round(allDueMs),
      tidyMs: Math.round(tidyMs),
      reopened,
      memory: samples,
      counts,
    },
    null,
    2,
  )}\n`,
);

async function observePage(into: Store, from: number): Promise<void> {
  const ids = Array.from({ length: Math.min(pageSize, records - from) }, (_, i) => `001000000${from + i}AAA`);
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
  const ids = Array.from({ length: pageSize }, (_, i) => `001000000${from + i}AAA`);
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

async function reopen(path: string) {
  const from = performance.now();
  const again = await openPglite(path);
  const ms = performance.now() - from;
  await again.close();
  return { openMs: Math.round(ms) };
}

async function phase<T>(name: keyof typeof phases, work: () => Promise<T>): Promise<T> {
  const from = performance.now();
  const result = await work();
  phases[name] += performance.now() - from;
  return result;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

/** What one core did, whatever else the machine was busy with. */
async function metered(work: () => Promise<unknown>): Promise<{ readonly ms: number; readonly cpuMs: number }> {
  const before = process.cpuUsage();
  const ms = await timed(work);
  const { user, system } = process.cpuUsage(before);
  return { ms, cpuMs: (user + system) / 1000 };
}

function perSecond(count: number, ms: number): number {
  return Math.round((count / ms) * 1000);
}

function sample(when: string) {
  return { when, rssMb: Math.round(process.memoryUsage().rss / 1e6) };
}
