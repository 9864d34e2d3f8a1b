/**
 * Linked accounts and organizations without any vendor: the rows that both sides would list, links as they would be kept, and connections
 * that answer from memory. Everything is made from a record's number, so that a quarter of a million of them need no room.
 */
import { readConfig } from '../../src/app/config/load.ts';
import { resolveSync } from '../../src/app/config/resolve.ts';
import { pairOf } from '../../src/engine/meet.ts';
import type { DueLink, Store } from '../../src/engine/ports.ts';
import { compileSync } from '../../src/mapping/compile.ts';
import type { Connection } from '../../src/model/connection.ts';
import type { End } from '../../src/model/link.ts';
import type { ObjectType } from '../../src/model/object-type.ts';
import type { Change, Side, Sighting } from '../../src/model/record.ts';
import { baseKey, type SyncSetup, sideOf } from '../../src/model/sync.ts';
import type { Fields, Value } from '../../src/model/value.ts';
import { systems } from '../../src/systems/index.ts';

const zendesk = { system: 'zendesk', url: 'https://acme.zendesk.com' };
const config = {
  version: 1,
  connections: {
    sales: { system: 'salesforce', auth: { type: 'client-credentials', clientId: 'i', clientSecret: 's' } },
    support: { ...zendesk, auth: { type: 'api-token', email: 'a@acme.example', token: 't' } },
  },
  syncs: {
    accounts: {
      preset: 'salesforce-zendesk/accounts',
      crm: { connection: 'sales' },
      desk: { connection: 'support' },
      fields: [
        { crm: 'Name', desk: 'name' },
        { crm: 'Phone', desk: 'details' },
        { crm: 'Description', desk: 'notes', direction: 'both' },
        { desk: 'tags', from: "['sf_' + crm.Type.lowerAscii()]", merge: 'set' },
      ],
    },
  },
};

/** The sync between them, compiled as a session would compile it from what every account has. */
export function pairSetup(): SyncSetup {
  const { config: sound, problems } = readConfig(config);
  if (!sound) throw new Error(problems[0]?.problem);
  const described = {
    crm: { type: typeOf('salesforce', 'Account'), account: '00D' },
    desk: { type: typeOf('zendesk', 'organization'), account: 'acme' },
  };
  const { setup, problems: wrong } = compileSync(resolveSync(sound, 'accounts', systems, described));
  if (!setup) throw new Error(wrong[0]?.problem);
  return setup;
}

function typeOf(system: string, object: string): ObjectType {
  const type = systems.find(({ name }) => name === system)?.standard.find((each) => each.object === object);
  if (!type) throw new Error(`${system} has no ${object}`);
  return type;
}

const idOf = {
  crm: (i: number) => `001${String(i).padStart(12, '0')}AAA`,
  desk: (i: number) => String(360_000_000 + i),
};

/** Record `i` as it looks on a side; `edition` is what stands in its longest text. */
export function rowOf(setup: SyncSetup, side: Side, i: number, edition = 'first'): Sighting {
  const all: Readonly<Record<Side, Fields>> = {
    crm: {
      Name: `Account ${i}`,
      Description: `A customer since the beginning, seen as the ${edition} edition.`,
      Phone: `+33 1 ${i}`,
      Type: 'Customer',
    },
    desk: {
      name: `Account ${i}`,
      details: `+33 1 ${i}`,
      notes: 'A customer since the beginning, seen as the first edition.',
      tags: ['sf_customer', 'vip'],
      external_id: idOf.crm(i),
    },
  };
  const seen: Record<string, Value> = {};
  for (const field of setup.reads[side]) seen[field] = all[side][field] ?? null;
  const { connection, object } = sideOf(setup, side);
  return { ref: { connection, object, id: idOf[side](i) }, version: `v${i}`, at: 1_700_000_000_000, by: '005', seen };
}

/** A pair that has agreed on what both records show. */
export function pairOfRecords(setup: SyncSetup, i: number, edition = 'first'): DueLink {
  return {
    link: { id: linkId(i), sync: setup.name, crm: endOf(setup, 'crm', i), desk: endOf(setup, 'desk', i) },
    turn: 1,
    lane: 'live',
    cause: 'edit',
    joinedAt: 0,
    dueSince: 0,
    tries: 0,
    askVendor: false,
    crm: rowOf(setup, 'crm', i, edition),
    desk: rowOf(setup, 'desk', i),
    holds: [],
    answers: {},
  };
}

function linkId(i: number): string {
  return `link${String(i).padStart(9, '0')}`;
}

function endOf(setup: SyncSetup, side: Side, i: number): End {
  const { seen } = rowOf(setup, side, i);
  const shown: Fields = 'gone' in seen ? {} : (seen as Fields);
  const computed = Object.fromEntries(
    setup.computed[side].flatMap((each) => {
      const result = each.value(shown);
      return result.ok ? [[each.name, result.value]] : [];
    }),
  );
  const fields: Fields = { ...shown, ...computed };
  const base: Record<string, Value> = {};
  const rules: Record<string, string> = {};
  for (const rule of setup.rules) {
    base[baseKey(rule)] = rule.normal(side, fields[rule[side]]);
    rules[baseKey(rule)] = rule.hash;
  }
  return { id: idOf[side](i), version: `v${i}`, base, rules, movedAt: {} };
}

const pageSize = 2000;

/** Keeps so many pairs, linked and quiet, with both feeds read to their end. */
export async function keepPairs(store: Store, setup: SyncSetup, count: number): Promise<void> {
  for (let from = 0; from < count; from += pageSize) {
    const numbers = Array.from({ length: Math.min(pageSize, count - from) }, (_, i) => from + i);
    for (const side of ['desk', 'crm'] as const) {
      const { connection, object } = sideOf(setup, side);
      const lease = `fill ${side}`;
      await store.leaseFeed(connection, object, lease, 1, 1_000_000);
      await store.observe({
        connection,
        object,
        lease,
        cursor: 'end',
        complete: true,
        fields: [],
        now: 1,
        sightings: numbers.map((i) => rowOf(setup, side, i)),
        keys: Object.fromEntries(
          numbers.map((i) => [idOf[side](i), [{ field: setup.match[0]?.[side] ?? '', value: `account ${i}` }]]),
        ),
        open:
          side === 'desk'
            ? []
            : numbers.map((i) => {
                return { sync: setup.name, pair: pairOf(setup), side, id: idOf.crm(i), link: linkId(i), lane: 'load' };
              }),
        due: [],
      });
      await store.release(lease);
    }
    const changes = numbers.map((i) => {
      const ends = { crm: endOf(setup, 'crm', i), desk: endOf(setup, 'desk', i) };
      return { link: linkId(i), turn: 1, ends, absorb: null, due: 'clear' as const };
    });
    const results = await store.commit(changes, null, 2);
    if (results.some(({ is }) => is !== 'done')) throw new Error('a pair could not be kept');
  }
}

/** A vendor that lists its side page by page out of thin air. */
export function pairConnection(setup: SyncSetup, side: Side, count: number): Connection {
  const { connection, system, type } = sideOf(setup, side);
  const none = async () => [];
  let read = 0;
  return {
    name: connection,
    system,
    who: async () => ({ account: 'a', user: 'u', userName: 'u', environment: 'production' }),
    describe: none,
    async changes(_want, cursor) {
      read += 1;
      const from = Number(cursor ?? 0);
      const to = Math.min(count, from + type.feed.pageSize);
      const changes = Array.from({ length: to - from }, (_, i): Change => rowOf(setup, side, from + i));
      return { changes, cursor: String(to), more: to < count };
    },
    read: none,
    find: none,
    write: async () => ({ done: [] }),
    collect: none,
    trace: none,
    calls: () => ({ read, write: 0, login: 0 }),
  };
}
