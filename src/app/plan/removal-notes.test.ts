import { expect, it } from 'vitest';
import { FakeVendor, fakeSetup, stillWorld } from '../../engine/testing.ts';
import { keepAll, type Removal } from '../../model/removal.ts';
import { removalNotes } from './removal-notes.ts';

const notes = (restores: boolean, desk: Removal, count: number) => {
  const world = stillWorld();
  const support = new FakeVendor('support', world);
  support.restores = restores;
  const setup = fakeSetup(new FakeVendor('sales', world), support, { removal: { ...keepAll, desk } });
  return removalNotes([setup], (_sync, side) => (side === 'desk' ? count : 0));
};

it('says before a removal whether it can be taken back', () => {
  expect(notes(true, 'trash', 0)).toEqual([]);
  expect(notes(false, 'trash', 2)).toEqual([
    'accounts: 2 records at support (organization) are removed for good: Support cannot bring them back. Should the other record return, a new one is made.',
  ]);
  expect(notes(true, 'delete', 1)).toEqual([
    'accounts: 1 record at support (organization) goes into the recycle bin of Support (delete is trash there: no call goes past it), with all that Support removes along with it.',
  ]);
});
