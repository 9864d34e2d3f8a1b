import { describe, expect, test } from 'vitest';
import type { Tip } from '../../engine/ports.ts';
import type { Ref } from '../../model/record.ts';
import type { Opener } from './samples.ts';

const ticket = (id: string, connection = 'support'): Ref => ({ connection, object: 'ticket', id });
const idsOf = (tips: readonly Tip[]): readonly string[] => tips.map(({ ref }) => ref.id);

/** Records that a vendor has named: kept until they were read. */
export function describeTips(open: Opener): void {
  describe('records that were said to have changed', () => {
    test('wait in the order in which they were first named, each once', async () => {
      const store = await open();
      await store.tip([ticket('3'), ticket('3')], 'a', 1);
      await store.tip([ticket('1')], 'b', 2);
      await store.tip([ticket('3')], 'c', 3);
      expect(await store.tips(10)).toEqual([
        { ref: ticket('3'), mark: 'c' },
        { ref: ticket('1'), mark: 'b' },
      ]);
      await store.tip([], 'd', 4);
      expect(idsOf(await store.tips(1))).toEqual(['3']);
    });

    test('are limited object by object, so that none has to wait behind another one', async () => {
      const store = await open();
      await store.tip(
        ['1', '2', '3'].map((id) => ticket(id)),
        'a',
        1,
      );
      await store.tip([ticket('1', 'desk-two')], 'b', 2);
      const found = await store.tips(2);
      expect(found.filter(({ ref }) => ref.connection === 'support')).toHaveLength(2);
      expect(found.filter(({ ref }) => ref.connection === 'desk-two')).toHaveLength(1);
    });

    test('go when they are done, but for those that were named again meanwhile', async () => {
      const store = await open();
      await store.tip([ticket('1'), ticket('2')], 'a', 1);
      const taken = await store.tips(10);
      await store.tip([ticket('2')], 'b', 2);
      await store.dropTips(taken);
      expect(await store.tips(10)).toEqual([{ ref: ticket('2'), mark: 'b' }]);
      await store.dropTips([]);
      await store.dropTips(await store.tips(10));
      expect(await store.tips(10)).toEqual([]);
    });

    test('are forgotten with the history of their time, where nobody has read them', async () => {
      const store = await open();
      await store.tip([ticket('1')], 'a', 1);
      await store.tip([ticket('2')], 'b', 100);
      await store.tidy(50);
      expect(idsOf(await store.tips(10))).toEqual(['2']);
    });
  });
}
