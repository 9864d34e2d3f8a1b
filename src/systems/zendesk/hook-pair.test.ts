import { describe, expect, it } from 'vitest';
import type { HookAsk, HookSetUp, KeptHook } from '../kit/hook.ts';
import { desk } from './testing.ts';

const base = 'https://sync.acme.example/hooks/support';

/** One door of ours, with what it keeps. */
function doorTo(setUp: HookSetUp | undefined, peer: string, token: string, others: readonly string[] = []) {
  if (setUp === undefined) throw new Error('no hooks');
  let kept: KeptHook | null = null;
  const told: KeptHook[] = [];
  const ask = (): HookAsk => ({ endpoint: `${base}/${token}`, others, peer, filter: { all: [], any: [] }, kept });
  return {
    told,
    inspect: () => setUp.inspect(ask()),
    install: (repair = false) =>
      setUp.install(ask(), {
        repair,
        async keep(now) {
          kept = now;
          told.push(now);
        },
      }),
  };
}

const [orgOne, orgTwo] = ['00D5g000001aaaaEAA', '00D5g000001bbbbEAA'];

describe('the pair of webhook and trigger', () => {
  it('is one for each Salesforce org, and neither touches the other', async () => {
    const { hooks } = (await desk()).connect();
    const one = doorTo(hooks, orgOne, 'token-one', [`${base}/token-two`]);
    const two = doorTo(hooks, orgTwo, 'token-two', [`${base}/token-one`]);
    for (const each of [one, two, one, two]) await each.install(true);
    for (const each of [one, two]) expect(await each.inspect()).toMatchObject([{ check: 'trigger', ok: true }]);
    expect(one.told.at(-1)?.webhook).not.toBe(two.told.at(-1)?.webhook);
    expect(one.told.at(-1)?.trigger).not.toBe(two.told.at(-1)?.trigger);
  });

  it('keeps what calls are checked with before there is a trigger that makes one', async () => {
    const { hooks } = (await desk()).connect();
    const door = doorTo(hooks, orgOne, 'token-one');
    await door.install();
    expect(door.told.map(({ trigger, signing }) => [trigger === null, signing.length > 20])).toEqual([
      [true, true],
      [false, true],
    ]);
  });

  it('that was half made is completed, not made again', async () => {
    const here = await desk();
    const door = doorTo(here.connect().hooks, orgOne, 'token-one');
    await here.control('POST', '/faults', {
      match: { method: 'POST', path: '/triggers$' },
      do: 'lose-answer',
      times: 1,
    });
    await expect(door.install()).rejects.toThrow();
    await door.install();
    expect(door.told.map(({ webhook }) => webhook)).toEqual([door.told[0]?.webhook, door.told[0]?.webhook]);
    expect(await door.inspect()).toMatchObject([{ check: 'trigger', ok: true }]);
  });
});
