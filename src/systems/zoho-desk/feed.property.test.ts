import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isGone } from '../../model/record.ts';
import { fields } from '../kit/contract-bench.ts';
import { looks, poll, portal } from './testing.ts';

/** Whatever people do, and whenever: what the feed brought last is what is there, and then it falls silent. */
const someone = fc.nat(400);
const step = fc.oneof(
  fc.record({ do: fc.constant('edit'), who: someone, how: fc.constantFrom('email', 'description') }),
  fc.record({ do: fc.constant('remove'), who: someone, how: fc.constant('') }),
  fc.record({ do: fc.constant('restore'), who: someone, how: fc.constant('') }),
  fc.record({ do: fc.constant('add'), who: fc.nat(30), how: fc.constant('') }),
  fc.record({ do: fc.constant('pass'), who: fc.constantFrom(0, 400, 3000, 90_000, 400_000), how: fc.constant('') }),
  fc.record({ do: fc.constant('page'), who: fc.nat(3), how: fc.constant('') }),
);
const want = { object: 'contact', fields: ['lastName', 'email', 'description'] };

test('the feed brings the last content of every record, whatever happens between its pages, and then falls silent', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(230), fc.array(step, { minLength: 5, maxLength: 40 }), async (before, steps) => {
      const there = await portal();
      const ids: string[] = [];
      const add = async (count: number) => {
        const made = Array.from({ length: count }, (_, n) => ({ lastName: `Person ${ids.length + n}` }));
        ids.push(...((await there.seed({ contact: made })).contact ?? []));
      };
      await add(before + 1);
      const known = new Map<string, unknown>();
      let cursor: string | null = null;
      let counter = 0;
      const page = async () => {
        const got = await there.connection.changes(want, cursor);
        for (const [id, seen] of Object.entries(looks(got.changes))) known.set(id, seen);
        cursor = got.cursor;
      };
      const gone = new Set<string>();
      for (const { do: act, who, how } of steps) {
        const id = ids[who % ids.length] ?? '';
        counter += 1;
        if (act === 'add') await add(who);
        else if (act === 'pass') await there.world.pass(who);
        else if (act === 'page') for (let n = 0; n <= who; n++) await page();
        else if (act === 'edit' && !gone.has(id)) {
          const value = how === 'email' ? `a${counter}@acme.test` : `text ${counter}`;
          await there.control('PATCH', `records/contact/${id}`, { [how]: value });
        } else if (act === 'remove' && !gone.has(id)) {
          await there.control('DELETE', `records/contact/${id}`);
          gone.add(id);
        } else if (act === 'restore' && gone.has(id)) {
          await there.control('POST', `records/contact/${id}/restore`, {});
          gone.delete(id);
        }
      }
      for (let n = 0; n < 2; n++) {
        await there.world.pass(400_000);
        const rest = await poll(there.connection, want, cursor);
        for (const [id, seen] of Object.entries(looks(rest.changes))) known.set(id, seen);
        cursor = rest.cursor;
      }
      const truth = await there.connection.read(want, ids);
      for (const change of truth) {
        const seen = known.get(change.ref.id);
        if (change.seen !== 'look' && isGone(change.seen)) expect([undefined, 'trash']).toContain(seen);
        else expect(seen).toEqual(fields(change));
      }
      await there.world.pass(60_000);
      expect((await poll(there.connection, want, cursor)).changes).toEqual([]);
    }),
    { seed: 7, numRuns: 40 },
  );
}, 60_000);
