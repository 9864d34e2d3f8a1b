import { describe, expect, it } from 'vitest';
import { newEnd } from '../model/link.ts';
import { other, type Side, type Sighting, sides } from '../model/record.ts';
import type { Criterion, SyncSetup } from '../model/sync.ts';
import { openMemory } from '../store/memory.ts';
import { type Found, type Meeting, meet, outrun, pairOf, questions } from './meet.ts';
import type { DueLink, Kin } from './ports.ts';
import { byName, FakeVendor, fakeSetup, newBench, stillWorld } from './testing.ts';

const world = stillWorld();
const vendors = { crm: new FakeVendor('sales', world), desk: new FakeVendor('support', world) };
const byNote: Criterion = {
  crm: 'note',
  desk: 'note',
  keys: (_side, value) => (typeof value === 'string' && value !== '' ? [value] : []),
};

function setupOf(more: Partial<SyncSetup>): SyncSetup {
  return fakeSetup(vendors.crm, vendors.desk, {
    direction: 'both',
    match: [byName, byNote],
    within: (_side, fields) => fields.plan !== 'no',
    ...more,
  });
}

function sighting(side: Side, id: string, seen: Sighting['seen'] = { name: 'Acme', note: 'n', plan: 'yes' }): Sighting {
  const object = side === 'crm' ? 'Account' : 'organization';
  return { ref: { connection: vendors[side].name, object, id }, version: 'v', at: null, by: null, seen };
}

const kinds = ['free', 'half', 'whole', 'whole elsewhere', 'gone', 'outside'] as const;
type Kind = (typeof kinds)[number];

function kin(side: Side, id: string, kind: Kind): Kin {
  const links = {
    free: [],
    half: [{ id: `half-${id}`, sync: 'accounts', whole: false }],
    whole: [{ id: `whole-${id}`, sync: 'accounts', whole: true }],
    'whole elsewhere': [{ id: `else-${id}`, sync: 'elsewhere', whole: true }],
    gone: [],
    outside: [],
  };
  const seen =
    kind === 'gone'
      ? ({ gone: 'trash' } as const)
      : { name: 'Acme', note: 'n', plan: kind === 'outside' ? 'no' : 'yes' };
  return { sighting: sighting(side, id, seen), links: links[kind] };
}

function dueOf(side: Side, more: Partial<DueLink> = {}): DueLink {
  const link = { id: 'L1', sync: 'accounts', crm: null, desk: null, [side]: newEnd('m') };
  const base = {
    link,
    turn: 1,
    lane: 'live',
    cause: 'edit',
    tries: 0,
    askVendor: false,
    joinedAt: 0,
    dueSince: 0,
    crm: null,
    desk: null,
    holds: [],
    answers: {},
  } as const;
  return { ...base, [side]: sighting(side, 'm'), ...more };
}

/** What the store answers for the criteria of one half link: who is there, on the other side and beside it. */
function foundOf(
  setup: SyncSetup,
  due: DueLink,
  answers: readonly { readonly candidates: readonly Kin[]; readonly peers: readonly Kin[] }[],
): Found[] {
  const side: Side = due.link.crm ? 'crm' : 'desk';
  const self: Kin = { sighting: sighting(side, 'm'), links: [{ id: 'L1', sync: 'accounts', whole: false }] };
  return questions(setup, due).map((question, i) => ({
    question,
    candidates: answers[i]?.candidates ?? [],
    peers: [self, ...(answers[i]?.peers ?? [])],
  }));
}

function words(meeting: Meeting): string {
  if (meeting.is === 'nobody') return 'nobody';
  if (meeting.is === 'held') return meeting.hold.why;
  const end = meeting.due.link.crm?.id === 'm' ? meeting.due.link.desk : meeting.due.link.crm;
  return `join ${end?.id}${meeting.absorb ? ` absorbing ${meeting.absorb}` : ''}`;
}

interface Case {
  readonly candidates: readonly Kind[];
  readonly peers: readonly Kind[];
}

function* cases(): Generator<Case> {
  const lists: (readonly Kind[])[] = [[]];
  for (const one of kinds) lists.push([one]);
  for (const one of kinds) for (const two of kinds) lists.push([one, two]);
  for (const candidates of lists) for (const peers of lists) yield { candidates, peers };
}

const candidateIds = ['c1', 'c2'];
// One peer is older than the record that looks for its twin (`m`), the other one newer.
const peerIds = ['a', 'z'];

type Chosen = 'none' | 'create' | 'candidate';

/** The table of meet.ts for one criterion, read row by row. null: this criterion has nobody, the next one is asked. */
function rowOf({ candidates, peers }: Case, onMany: SyncSetup['onMany'], chosen: Chosen): string | null {
  const there = candidates.flatMap((kind, i) =>
    kind === 'gone' || kind === 'outside' ? [] : [{ kind, id: candidateIds[i] ?? '' }],
  );
  // A person may name any record that is there, also one outside the filter or one with rivals, but none that is linked.
  if (chosen === 'candidate') {
    const [named] = candidates;
    if (named === undefined || named === 'gone' || named.startsWith('whole')) return 'ambiguous';
    return named === 'half' ? 'join c1 absorbing half-c1' : 'join c1';
  }
  const one = there.length === 1 || onMany === 'oldest' ? there[0] : onMany === 'newest' ? there[1] : undefined;
  if (there.length === 0) return candidates.includes('outside') ? 'ambiguous' : null;
  if (!one || one.kind === 'whole' || one.kind === 'whole elsewhere') return 'ambiguous';
  const rivals = peers.flatMap((kind, i) => (kind === 'gone' || kind === 'outside' ? [] : (peerIds[i] ?? [])));
  const oldest = !rivals.includes('a');
  const newest = !rivals.includes('z');
  const first = onMany === 'oldest' ? oldest : onMany === 'newest' ? newest : false;
  if (rivals.length > 0 && !first) return 'ambiguous';
  return one.kind === 'half' ? `join ${one.id} absorbing half-${one.id}` : `join ${one.id}`;
}

function lastRow(each: readonly Case[], creates: boolean): string {
  const secondOfItsName = each.some(({ peers }) =>
    peers.some((kind) => kind === 'whole' || kind === 'whole elsewhere'),
  );
  return secondOfItsName && creates ? 'ambiguous' : 'nobody';
}

describe('meet', () => {
  it('follows the table in every combination of candidates, peers, onMany, creating and answers', () => {
    let count = 0;
    for (const each of cases())
      for (const side of sides)
        for (const onMany of ['hold', 'oldest', 'newest'] as const)
          for (const creates of [true, false])
            for (const chosen of ['none', 'create', 'candidate'] as const) {
              count += 1;
              const target = other(side);
              const setup = setupOf({ onMany, match: [byName], create: creates ? [target] : [side] });
              const answer =
                chosen === 'candidate' ? ({ say: chosen, id: 'c1' } as const) : ({ say: 'create' } as const);
              const due = dueOf(side, chosen === 'none' ? {} : { answers: { '': answer } });
              const found = foundOf(setup, due, [
                {
                  candidates: each.candidates.map((kind, i) => kin(target, candidateIds[i] ?? '', kind)),
                  peers: each.peers.map((kind, i) => kin(side, peerIds[i] ?? '', kind)),
                },
              ]);
              const expected =
                chosen === 'create' ? 'nobody' : (rowOf(each, onMany, chosen) ?? lastRow([each], creates));
              const got = words(meet(setup, due, found));
              if (got !== expected)
                expect({ each, side, onMany, creates, chosen, got }).toEqual({
                  each,
                  side,
                  onMany,
                  creates,
                  chosen,
                  got: expected,
                });
            }
    expect(count).toBe(43 * 43 * 2 * 3 * 2 * 3);
  });

  it('asks the criteria in their order: the next one only where the one before has nobody', () => {
    const lists: readonly (readonly Kind[])[] = [[], ['free'], ['half'], ['whole'], ['gone'], ['free', 'free']];
    for (const first of lists)
      for (const second of lists)
        for (const peers of [[], ['half'], ['whole']] as const) {
          const setup = setupOf({ create: ['desk'] });
          const due = dueOf('crm');
          const ranks: readonly Case[] = [
            { candidates: first, peers: [] },
            { candidates: second, peers },
          ];
          const found = foundOf(
            setup,
            due,
            ranks.map((each) => ({
              candidates: each.candidates.map((kind, i) => kin('desk', candidateIds[i] ?? '', kind)),
              peers: each.peers.map((kind, i) => kin('crm', peerIds[i] ?? '', kind)),
            })),
          );
          const row = ranks.map((each) => rowOf(each, 'hold', 'none')).find((each) => each !== null);
          const where = { first, second, peers };
          expect({ where, got: words(meet(setup, due, found)) }).toEqual({ where, got: row ?? lastRow(ranks, true) });
        }
  });

  it('asks nothing for a blank field, a record that is gone, or one that was never shown', () => {
    const setup = setupOf({});
    const values = (seen: Sighting['seen'] | null) =>
      questions(setup, dueOf('crm', { crm: seen && sighting('crm', 'm', seen) })).map(({ value }) => value);
    expect(values({ name: ' ACME ', note: 'n' })).toEqual(['acme', 'n']);
    expect(values({ name: '', note: 'n' })).toEqual(['n']);
    expect(values({ note: 'n' })).toEqual(['n']);
    expect(values({ gone: 'trash' })).toEqual([]);
    expect(values(null)).toEqual([]);
  });

  it('asks the own side and the other one, each in its own words', () => {
    const [question] = questions(setupOf({}), dueOf('desk'));
    const pair = pairOf(setupOf({}));
    expect(question?.peers).toEqual({
      pair,
      side: 'desk',
      connection: 'support',
      object: 'organization',
      field: 'name',
      value: 'acme',
    });
    expect(question?.candidates).toEqual({
      pair,
      side: 'crm',
      connection: 'sales',
      object: 'Account',
      field: 'name',
      value: 'acme',
    });
  });

  it('holds a record that another sync of the same two objects has linked already, and says which one', () => {
    const setup = setupOf({});
    const due = dueOf('crm');
    const self: Kin = {
      ...kin('crm', 'm', 'whole elsewhere'),
      links: [
        { id: 'L1', sync: 'accounts', whole: false },
        { id: 'E1', sync: 'elsewhere', whole: true },
      ],
    };
    const found = foundOf(setup, due, [{ candidates: [kin('desk', 'c1', 'free')], peers: [] }]).map((each) => ({
      ...each,
      peers: [self],
    }));
    const meeting = meet(setup, due, found);
    expect(words(meeting)).toBe('ambiguous');
    expect(meeting.is === 'held' && meeting.hold.message).toContain('already linked by the sync "elsewhere"');
  });

  it('takes the oldest by number where ids are numbers', () => {
    const due = dueOf('crm');
    for (const [onMany, id] of [
      ['oldest', '9'],
      ['newest', '10'],
    ] as const) {
      const setup = setupOf({ onMany });
      expect(
        words(
          meet(
            setup,
            due,
            foundOf(setup, due, [{ candidates: [kin('desk', '10', 'free'), kin('desk', '9', 'free')], peers: [] }]),
          ),
        ),
      ).toBe(`join ${id}`);
    }
  });

  it('says who could be meant and why, what was not done, and wakes when one of them comes or goes', () => {
    const setup = setupOf({ match: [byName] });
    const due = dueOf('crm');
    const meeting = meet(
      setup,
      due,
      foundOf(setup, due, [{ candidates: [kin('desk', 'c1', 'free'), kin('desk', 'c2', 'half')], peers: [] }]),
    );
    if (meeting.is !== 'held') throw new Error('it should be held');
    expect(meeting.hold).toMatchObject({ why: 'ambiguous', field: null, values: { crm: 'Acme', desk: null } });
    expect(meeting.hold.message).toContain('Account "Acme" (m): its name matches name "acme" of 2 records');
    expect(meeting.hold.message).toContain('Nothing was written');
    expect(meeting.hold.candidates.map(({ side, id }) => `${side}:${id}`)).toEqual(['desk:c1', 'desk:c2']);
    expect(meeting.hold.wakes).toEqual(['sales/Account/name=acme', 'support/organization/name=acme']);
    expect(outrun(setup, due, [], 'name', 'acme')).toMatchObject({
      why: 'ambiguous',
      message: expect.stringContaining('name "acme"'),
    });
  });

  it('links the one that a person chose, whichever criterion it is found by', () => {
    const setup = setupOf({});
    const due = dueOf('crm', { answers: { '': { say: 'candidate', id: 'c2' } } });
    const found = foundOf(setup, due, [
      { candidates: [kin('desk', 'c1', 'free')], peers: [] },
      { candidates: [kin('desk', 'c2', 'free')], peers: [] },
    ]);
    expect(words(meet(setup, due, found))).toBe('join c2');
  });

  it('links the one that a person chose although nothing matches, if it is there and free', () => {
    const setup = setupOf({});
    const due = dueOf('crm', { answers: { '': { say: 'candidate', id: 'c9' } } });
    const found = foundOf(setup, due, [{ candidates: [kin('desk', 'c1', 'free')], peers: [] }]);
    expect(words(meet(setup, due, found, kin('desk', 'c9', 'free')))).toBe('join c9');
    expect(words(meet(setup, due, found, kin('desk', 'c9', 'whole')))).toBe('ambiguous');
    expect(words(meet(setup, due, found, kin('desk', 'c9', 'gone')))).toBe('ambiguous');
  });

  it('links nobody else when the one that a person chose is not to be found', () => {
    const setup = setupOf({});
    const due = dueOf('crm', { answers: { '': { say: 'candidate', id: 'c9' } } });
    const found = foundOf(setup, due, [{ candidates: [kin('desk', 'c1', 'free')], peers: [] }]);
    expect(words(meet(setup, due, found))).toBe('ambiguous');
  });
});

describe('records that meet in a sync with a filter', () => {
  const customers = {
    within: (side: Side, fields: Readonly<Record<string, unknown>>) => side === 'desk' || fields.plan === 'customer',
  };

  it('outside the filter are neither linked nor held, and stand in nobody’s way', async () => {
    const bench = newBench(openMemory());
    bench.crm.add({ name: 'Acme', plan: 'prospect' });
    const org = bench.desk.add({ name: 'Acme', note: 'theirs' });
    await bench.run(customers);
    expect(await bench.store.counts('accounts', world.now())).toMatchObject({ links: 0, held: 0 });
    const customer = bench.crm.add({ name: 'Acme', note: 'ours', plan: 'customer' });
    await bench.run();
    expect(await bench.store.holds({})).toEqual([]);
    expect(bench.desk.get(org)).toMatchObject({ note: 'ours' });
    bench.crm.edit(customer, { note: 'again' });
    await bench.run();
    expect(bench.desk.get(org)).toMatchObject({ note: 'again' });
  });

  it('are not held for having namesakes when they are outside themselves', async () => {
    const bench = newBench(openMemory());
    bench.crm.add({ name: 'Acme', plan: 'customer' });
    bench.desk.add({ name: 'Acme' });
    await bench.run(customers);
    bench.crm.add({ name: 'Acme', plan: 'prospect' });
    await bench.run();
    expect(await bench.store.holds({})).toEqual([]);
  });

  it('are seen as namesakes however many others have the name', async () => {
    const bench = newBench(openMemory());
    for (let i = 0; i < 12; i++) bench.crm.add({ name: 'Acme', plan: 'prospect' });
    bench.crm.add({ name: 'Acme', note: 'one', plan: 'customer' });
    bench.crm.add({ name: 'Acme', note: 'two', plan: 'customer' });
    const org = bench.desk.add({ name: 'Acme', note: 'theirs' });
    await bench.run(customers);
    expect(bench.desk.get(org)).toMatchObject({ note: 'theirs' });
  });

  it('give the newest of more than a handful of namesakes where the sync says so', async () => {
    const bench = newBench(openMemory());
    bench.desk.uniqueName = false;
    const orgs = Array.from({ length: 15 }, () => bench.desk.add({ name: 'Acme', note: 'theirs' }));
    bench.crm.add({ name: 'Acme', note: 'ours' });
    await bench.run({ onMany: 'newest' });
    expect(orgs.filter((id) => bench.desk.get(id)?.note === 'ours')).toEqual(orgs.slice(-1));
  });
});

describe('two records for one name', () => {
  it('the second one goes on when the vendor refuses the first', async () => {
    const bench = newBench(openMemory());
    bench.crm.add({ name: 'Acme', note: 'first' });
    bench.crm.add({ name: 'ACME', note: 'second' });
    bench.desk.faults.push({ applied: false, fault: { kind: 'refused', say: 'not this one' } });
    await bench.run();
    expect(bench.desk.all()).toMatchObject([{ note: 'second' }]);
  });
});
