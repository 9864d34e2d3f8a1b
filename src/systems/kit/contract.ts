import { describe, expect, test } from 'vitest';
import type { ObjectType } from '../../model/object-type.ts';
import type { Operation } from '../../model/operation.ts';
import { isGone } from '../../model/record.ts';
import type { Fields, Value } from '../../model/value.ts';
import {
  type Bench,
  counted,
  faultOf,
  fields,
  open,
  poll,
  type SystemUnderTest,
  trace,
  whole,
  write,
} from './contract-bench.ts';

/**
 * The suite that every system passes: what the engine relies on, whatever the vendor. It runs a connector against its twin through their
 * doors alone, in-process and on simulated time, and reads the state of the world from the twin's control surface.
 */
/** A test that only some systems can have: for the others it does not exist. */
const when = (has: boolean): ((title: string, body: () => Promise<void>) => void) => (has ? test : () => {});

export function describeSystem(title: string, under: SystemUnderTest): void {
  const { object, name, text, needs, lookUp = name } = under;
  const create = (link: string, given: Fields = {}, mark: string | null = null): Operation => ({
    do: 'create',
    link,
    object,
    mark,
    fields: { [name]: link, ...needs, ...given },
  });
  const update = (id: string, given: Readonly<Record<string, Value>>): Operation => ({
    do: 'update',
    link: id,
    ref: { connection: 'under-test', object, id },
    expect: null,
    fields: given,
  });
  const remove = (id: string): Operation => ({
    do: 'remove',
    link: id,
    ref: { connection: 'under-test', object, id },
    expect: null,
    how: 'trash',
  });
  const named = (records: readonly Readonly<Record<string, unknown>>[], wanted: string) =>
    records.filter((one) => one[name] === wanted);

  /** The object with a mark that can be written; installed where that is needed. */
  async function marked(bench: Bench): Promise<ObjectType> {
    const [before] = await bench.connection.describe([object]);
    if (before !== undefined && before.mark === null) await bench.connection.install('keys', [object]);
    const [type] = await bench.connection.describe([object]);
    if (type === undefined) throw new Error(`${object} was not described`);
    return type;
  }
  const markOf = (type: ObjectType, n: number) =>
    type.mark?.style === 'id' ? `0014S00000${10_000 + n}AAA` : `other:account:${n}`;

  describe(`${title} as a system`, () => {
    test('the credentials lead to one account, whoever asks', async () => {
      const bench = await open(under);
      const who = await bench.connection.who();
      expect(who.account).not.toBe('');
      expect(await bench.connect().who()).toEqual(who);
    });

    test('the object is described with its required field, and the standard fields agree with it', async () => {
      const bench = await open(under);
      const [type] = await bench.connection.describe([object]);
      expect(type?.object).toBe(object);
      const named = (wanted: string) => type?.fields.find((field) => field.name === wanted);
      expect(named(name)).toMatchObject({ settable: 'always' });
      for (const required of Object.keys(needs ?? { [name]: '' }))
        expect(named(required)).toMatchObject({ required: true });
      const standard = under.system.standard.find((one) => one.object === object);
      const told = new Map(type?.fields.map((field) => [field.name, field.type]));
      const differ = standard?.fields.filter((field) => told.has(field.name) && told.get(field.name) !== field.type);
      expect(differ?.map((field) => field.name)).toEqual([]);
    });

    test('a first load brings every record once, over its pages', async () => {
      const bench = await open(under);
      const known = await bench.seed(...Array.from({ length: under.many.records }, (_, n) => n));
      await bench.visible();
      const { changes } = await poll(bench, null, under.many.pages);
      expect(changes.map((change) => change.ref.id).toSorted()).toEqual([...known].toSorted());
    });

    test('a feed in which nothing changed brings nothing that is new', async () => {
      const bench = await open(under);
      await bench.seed(1, 2, 3);
      await bench.visible();
      const first = await poll(bench, null, 10);
      const versions = new Map(first.changes.map((change) => [change.ref.id, change.version]));
      const second = await poll(bench, first.cursor, 10);
      const fresh = second.changes.filter((change) => versions.get(change.ref.id) !== change.version);
      expect(fresh).toEqual([]);
    });

    test('a changed record comes again, with its new value, and comes once', async () => {
      const bench = await open(under);
      const [id = ''] = await bench.seed(1, 2, 3);
      await bench.visible();
      const first = await poll(bench, null, 10);
      await bench.edit(id, { [text]: 'changed' });
      await bench.visible();
      const second = await poll(bench, first.cursor, 10);
      const versions = new Map(first.changes.map((change) => [change.ref.id, change.version]));
      const fresh = second.changes.filter((change) => versions.get(change.ref.id) !== change.version);
      expect(fresh.map((change) => [change.ref.id, fields(change)[text]])).toEqual([[id, 'changed']]);
      await bench.visible();
      const third = await poll(bench, second.cursor, 10);
      expect(third.changes.filter((change) => change.ref.id === id && change.version !== fresh[0]?.version)).toEqual(
        [],
      );
    });

    when(under.commitsLate)('a change that becomes visible late is not lost', async () => {
      const bench = await open(under);
      await bench.seed(1);
      await bench.visible();
      const first = await poll(bench, null, 10);
      await bench.control('PUT', 'settings', { commitDelayMs: 240_000 });
      // The answer may be lost with so long a transaction; the record comes all the same.
      await write(bench, [create('late')]);
      await bench.world.pass(5000);
      await bench.control('PUT', 'settings', { commitDelayMs: 0 });
      await write(bench, [create('early')]);
      await bench.world.pass(5000);
      const second = await poll(bench, first.cursor, 10);
      expect(whole(second.changes).map((change) => fields(change)[name])).toEqual(['early']);
      await bench.world.pass(240_000);
      const third = await poll(bench, second.cursor, 10);
      const [late] = named(await bench.records(), 'late');
      expect(third.changes.map((change) => change.ref.id)).toContain(String(late?.Id ?? late?.id));
    });

    test.each(['by a person', 'by us'])('a record removed %s is gone in the feed or when it is read', async (whom) => {
      const bench = await open(under);
      const [id = ''] = await bench.seed(1, 2);
      await bench.visible();
      const first = await poll(bench, null, 10);
      if (whom === 'by us') expect(await write(bench, [remove(id)])).toMatchObject([{ ok: true }]);
      else await bench.remove(id);
      await bench.visible();
      const second = await poll(bench, first.cursor, 10);
      const inFeed = second.changes.find((change) => change.ref.id === id && isGone(change.seen));
      const [read] = await bench.connection.read(bench.want, [id]);
      const gone = [inFeed?.seen, read?.seen].filter(isGone).map((seen) => seen.gone);
      // Merely hidden is no evidence, and nothing is carried over for it.
      expect(gone.some((one) => one === 'trash' || one === 'purged')).toBe(true);
      expect(gone.filter((one) => !under.removedAs.includes(one))).toEqual([]);
    });

    test('a removed record comes back where its object says so, with its id; elsewhere that is refused', async () => {
      const bench = await open(under);
      const [id = '', other = ''] = await bench.seed(1, 2);
      await bench.visible();
      const first = await poll(bench, null, 10);
      await write(bench, [remove(id)]);
      await bench.visible();
      const [type] = await bench.connection.describe([object]);
      const back = (one: string): Operation => ({
        do: 'restore',
        link: one,
        ref: { connection: 'under-test', object, id: one },
      });
      // One that is not in the bin does not spoil the batch.
      const outcomes = await write(bench, [back(id), back(other)]);
      const kinds = outcomes.map((outcome) => (outcome.ok ? outcome.id : outcome.fault.kind));
      expect(kinds).toEqual(type?.restores === true ? [id, 'gone'] : ['refused', 'refused']);
      if (type?.restores !== true) return;
      await bench.visible();
      const [read] = await bench.connection.read(bench.want, [id]);
      expect(fields(read)[name]).toBe(under.sample(1)[name]);
      const second = await poll(bench, first.cursor, 10);
      const told = second.changes.filter((change) => change.ref.id === id).at(-1);
      expect(told && isGone(told.seen)).toBe(false);
    });

    test('records are read by id, and what is not there is gone or hidden', async () => {
      const bench = await open(under);
      const [first = '', second = ''] = await bench.seed(1, 2);
      await bench.visible();
      const missing = `${first.slice(0, -4)}9${first.slice(-3)}`;
      const found = await bench.connection.read(bench.want, [first, missing, second]);
      const byId = new Map(found.map((change) => [change.ref.id, change]));
      expect([fields(byId.get(first))[name], fields(byId.get(second))[name]]).toEqual([
        under.sample(1)[name],
        under.sample(2)[name],
      ]);
      const other = found.filter((change) => change.ref.id !== first && change.ref.id !== second);
      expect(other.map((change) => isGone(change.seen))).toEqual([true]);
    });

    test('a look-up finds exactly what is asked for', async () => {
      const bench = await open(under);
      const [, id = ''] = await bench.seed(1, 2, 3);
      await bench.visible();
      const wanted = under.sample(2)[lookUp];
      const values = [{ [lookUp]: typeof wanted === 'string' ? wanted : '' }, { [lookUp]: 'nobody is called this' }];
      const found = await bench.connection.find(bench.want, [lookUp], values);
      expect(found.map((change) => change.ref.id)).toEqual([id]);
      expect(fields(found[0])[lookUp]).toBe(wanted);
    });

    test('records are created, and each outcome names its own', async () => {
      const bench = await open(under);
      const outcomes = await write(bench, [create('Ada'), create('Bob')]);
      const records = await bench.records();
      const idOf = (wanted: string) => named(records, wanted).map((one) => String(one.Id ?? one.id));
      expect(outcomes.map((outcome) => (outcome.ok ? [outcome.id] : []))).toEqual([idOf('Ada'), idOf('Bob')]);
    });

    test('a mark is written on creation, and sending it twice makes no second record', async () => {
      const bench = await open(under);
      const type = await marked(bench);
      const field = type.mark?.field ?? '';
      const operation = create('Ada', {}, markOf(type, 1));
      await write(bench, [operation]);
      await bench.visible();
      await write(bench, [operation]);
      const records = await bench.records();
      expect(records.filter((one) => one[field] === markOf(type, 1)).length).toBe(1);
    });

    test.each(['lose-answer', 'cut'])('a create whose answer was lost (%s) is found by its mark', async (how) => {
      const bench = await open(under);
      const type = await marked(bench);
      const operations = [create('Ada', {}, markOf(type, 1)), create('Bob', {}, markOf(type, 2))];
      await bench.fault({ match: { path: under.createPath }, do: how, times: under.callsForTwo ?? 1 });
      const since = bench.world.now();
      const sent = await bench.connection.write(operations, since + 300_000);
      expect(sent).toMatchObject({ done: [{ fault: { kind: 'unsure' } }, { fault: { kind: 'unsure' } }] });
      const traced = await trace(bench, operations, since);
      const records = await bench.records();
      expect(traced).toMatchObject(
        ['Ada', 'Bob'].map((wanted) => ({
          ok: true,
          id: named(records, wanted).map((one) => String(one.Id ?? one.id))[0],
        })),
      );
      expect([named(records, 'Ada').length, named(records, 'Bob').length]).toEqual([1, 1]);
    });

    when(under.traced)('a create without a mark whose answer was lost is found by its content', async () => {
      const bench = await open(under);
      const operations = [create('Ada', { [text]: 'one' }), create('Bob', { [text]: 'two' })];
      await bench.fault({ match: { path: under.createPath }, do: 'lose-answer' });
      const since = bench.world.now();
      await bench.connection.write(operations, since + 300_000);
      const traced = await trace(bench, operations, since);
      const records = await bench.records();
      expect(traced).toMatchObject(
        ['Ada', 'Bob'].map((wanted) => ({
          ok: true,
          id: named(records, wanted).map((one) => String(one.Id ?? one.id))[0],
        })),
      );
    });

    test('a create that never arrived is absent, and may be sent again', async () => {
      const bench = await open(under);
      const type = await marked(bench);
      const operations = [create('Ada', {}, markOf(type, 1))];
      await bench.fault({ match: { path: under.createPath }, do: 'drop' });
      const since = bench.world.now();
      expect(await bench.connection.write(operations, since + 300_000)).toMatchObject({
        done: [{ fault: { kind: 'unsure' } }],
      });
      expect(await trace(bench, operations, since)).toEqual(['absent']);
      expect(named(await bench.records(), 'Ada')).toEqual([]);
      expect(await write(bench, operations)).toMatchObject([{ ok: true }]);
    });

    test('an update changes what it names and nothing else', async () => {
      const bench = await open(under);
      const [id = ''] = await bench.seed(1);
      expect(await write(bench, [update(id, { [text]: 'new' })])).toMatchObject([{ ok: true, id }]);
      await bench.visible();
      const [change] = await bench.connection.read(bench.want, [id]);
      expect(fields(change)).toMatchObject({ [name]: under.sample(1)[name], [text]: 'new' });
    });

    test('a refused record says why and does not spoil its batch', async () => {
      const bench = await open(under);
      const [good = '', bad = ''] = await bench.seed(1, 2);
      const outcomes = await write(bench, [update(good, { [text]: 'new' }), update(bad, under.refused.fields)]);
      expect(outcomes).toMatchObject([
        { ok: true },
        { ok: false, fault: { kind: 'refused', code: under.refused.code } },
      ]);
      const fault = outcomes[1]?.ok === false ? outcomes[1].fault : null;
      if (under.refused.field !== null) expect(fault?.fields).toEqual([under.refused.field]);
      await bench.visible();
      const [change] = await bench.connection.read(bench.want, [good]);
      expect(fields(change)[text]).toBe('new');
    });

    test('a read waits as long as the vendor says', async () => {
      const bench = await open(under);
      const [id = ''] = await bench.seed(1);
      await bench.visible();
      await bench.connection.read(bench.want, [id]);
      for (const said of [under.limited, { status: 503, body: 'busy' }]) {
        await bench.fault({
          match: { path: under.readPath },
          do: 'status',
          status: said.status,
          body: said.body,
          retryAfter: 7,
        });
        const began = bench.world.now();
        const [change] = await bench.connection.read(bench.want, [id]);
        expect(change?.ref.id).toBe(id);
        expect(bench.world.now() - began).toBeGreaterThanOrEqual(7000);
        expect(bench.world.now() - began).toBeLessThan(9000);
      }
    });

    test('a write that is told to wait is not sent again by itself', async () => {
      const bench = await open(under);
      await bench.connection.who();
      const before = bench.connection.calls().write;
      await bench.fault({ match: { path: under.createPath }, do: 'status', status: 503, body: 'busy', retryAfter: 7 });
      const sent = await bench.connection.write([create('Ada')], bench.world.now() + 300_000);
      expect(sent).toMatchObject({ done: [{ fault: { kind: 'later' } }] });
      expect(bench.connection.calls().write - before).toBe(1);
      expect(named(await bench.records(), 'Ada')).toEqual([]);
    });

    test('a write that could not end in time is not sent', async () => {
      const bench = await open(under);
      await bench.connection.who();
      const before = bench.connection.calls().write;
      const sent = await bench.connection.write([create('Ada')], bench.world.now() + 10);
      expect(sent).toMatchObject({ done: [{ ok: false }] });
      expect(bench.connection.calls().write).toBe(before);
    });

    when(under.expired !== null)('an expired login is renewed once for many calls', async () => {
      const bench = await open(under);
      const known = await bench.seed(1, 2, 3, 4, 5);
      await bench.visible();
      await bench.connection.read(bench.want, known);
      const before = bench.connection.calls().login;
      await bench.fault({ match: { path: under.readPath }, do: 'status', times: 5, ...under.expired });
      const found = await Promise.all(known.map((id) => bench.connection.read(bench.want, [id])));
      expect(found.map(([change]) => change?.ref.id)).toEqual(known);
      expect(bench.connection.calls().login - before).toBe(1);
    });

    test('our count of calls is the vendor’s', async () => {
      const bench = await open(under);
      const [id = ''] = await bench.seed(1, 2, 3);
      await bench.visible();
      await bench.control('DELETE', 'calls');
      const connection = bench.connect();
      const other = { ...bench, connection };
      await connection.who();
      await connection.describe([object]);
      await poll(other, null, 10);
      await bench.fault({ match: { path: under.readPath }, do: 'status', status: 503, body: 'busy' });
      await connection.read(bench.want, [id]);
      await connection.find(bench.want, [lookUp], [{ [lookUp]: 'Ada' }]);
      await write(other, [create('Ada'), create('Bob')]);
      const ours = connection.calls();
      expect(ours.read + ours.write + ours.login).toBe(counted.parse(await bench.control('GET', 'calls')).total);
    });

    test('wrong credentials are a login fault', async () => {
      const bench = await open(under);
      const connection = bench.connect(under.wrong(bench.auth));
      expect(await faultOf(connection.changes(bench.want, null))).toMatchObject({ kind: 'login' });
      const sent = await connection.write([create('Ada')], bench.world.now() + 300_000);
      expect(sent).toMatchObject({ done: [{ fault: { kind: 'login' } }] });
    });
  });
}
