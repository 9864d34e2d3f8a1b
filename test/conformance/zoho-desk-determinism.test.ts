import { describe, expect, it } from 'vitest';
import type { Reply } from './bench.ts';
import { openPortal } from './zoho-desk-bench.ts';

/** The same seed, the same portal: ids, tokens, keys and failures follow from it and from what is asked, and from nothing else. */
async function story(seed: number): Promise<readonly string[]> {
  const portal = await openPortal({ searchLagMs: 2_000 }, seed);
  const told: string[] = [JSON.stringify(portal.login)];
  const say = async (reply: Promise<Reply>): Promise<void> => {
    const { status, headers, text } = await reply;
    told.push(
      [portal.now(), status, ...[...headers].map(([name, value]) => `${name}: ${value}`).sort(), text].join('\n'),
    );
  };
  await portal.control('POST', 'faults', { match: { method: 'POST' }, do: 'status', status: 503, chance: 0.4 });
  for (let i = 0; i < 12; i++)
    await say(portal.call('POST', 'contacts', { lastName: `C${i}`, email: `c${i}@demo.com` }));
  await portal.control('DELETE', 'faults');
  for (let i = 0; i < 4; i++) {
    await say(portal.call('GET', 'contacts/search?email=*@demo.com'));
    portal.advance(1_000);
  }
  await say(portal.call('GET', 'contacts?sortBy=-modifiedTime&limit=100'));
  await say(portal.call('GET', 'layouts?module=tickets'));
  await say(portal.send('GET', '/.well-known/jwks.json'));
  return told;
}

describe('a seed', () => {
  it('tells the whole story', async () => {
    const [first, again, other] = [await story(7), await story(7), await story(8)];
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });
});
