import { describe, expect, it } from 'vitest';
import type { Change } from '../model/record.ts';
import { feedsOf } from './engine.ts';
import { readFeed } from './intake.ts';
import { Town } from './testing/town.ts';

const ref = { connection: 'accounts', object: 'Account', id: '1' };
const row = (note: string, at: number | null): Change => {
  const seen = { name: 'Acme', note, plan: null, parent: null, external_id: null };
  return { ref, version: null, at, by: null, seen };
};

/** A feed that tells these rows, one after the other, and how the record is by its id. */
async function told(rows: readonly Change[], now: Change) {
  const town = new Town();
  const sync = town.accountsSync();
  const asked: string[] = [];
  const pages = rows.map((change) => [change]);
  const accounts = {
    ...town.accounts.connection(),
    changes: async () => ({ changes: pages.shift() ?? [], cursor: 'c', more: pages.length > 0 }),
    read: async (_want: unknown, ids: readonly string[]) => {
      asked.push(...ids);
      return [now];
    },
  };
  const engine = town.engine([sync]);
  const connections = new Map([...engine.connections, ['accounts', accounts]]);
  const feed = feedsOf([sync]).find(({ connection }) => connection === 'accounts');
  if (feed) await readFeed({ ...engine, connections }, feed);
  const [known] = await town.store.known('accounts', 'Account', ['1']);
  return { asked, seen: known?.sighting?.seen };
}

describe('two rows of one record with one stamp', () => {
  it('that differ say nothing of which is the newer one: the record is read', async () => {
    const newer = row('b', 5000);
    expect(await told([row('a', 5000), newer], newer)).toMatchObject({ asked: ['1'], seen: { note: 'b' } });
    // The page from before is told once more.
    expect(await told([newer, row('a', 5000)], newer)).toMatchObject({ asked: ['1'], seen: { note: 'b' } });
  });

  it('that are the same, or are told apart by their stamps, cost no read', async () => {
    expect(await told([row('a', 5000), row('a', 5000)], row('a', 5000))).toMatchObject({ asked: [] });
    expect(await told([row('a', 5000), row('b', 6000)], row('b', 6000))).toMatchObject({
      asked: [],
      seen: { note: 'b' },
    });
  });

  it('that was removed by then is left to what the feed says of that', async () => {
    const gone: Change = { ...row('a', 5000), seen: { gone: 'trash' } };
    expect(await told([row('a', 5000), row('b', 5000)], gone)).toMatchObject({ asked: ['1'], seen: { note: 'a' } });
  });
});
