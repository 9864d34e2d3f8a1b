import { describe, expect, it } from 'vitest';
import type { Hold } from '../model/hold.ts';
import type { Policy } from '../model/sync.ts';
import { judge } from './judge.ts';
import { agreedEnd, due, setupOf, sighting, words } from './testing/verdicts.ts';
import { textRule } from './testing.ts';
import type { HoldDraft } from './verdict.ts';

/** A link whose field `note` was "a" on both sides when they last agreed. */
function pair() {
  const base = { 'note=note': 'a' };
  const hashes = { 'note=note': 'note:both' };
  return due({
    link: { id: 'L1', sync: 'accounts', crm: agreedEnd('A1', base, hashes), desk: agreedEnd('O1', base, hashes) },
  });
}

describe('a conflict', () => {
  it('lets a much newer edit settle a conflict that was too close to call', () => {
    const note = textRule('note', 'both', { conflict: ['newest', 'ask'] });
    const setup = setupOf({ direction: 'both', rules: [note] });
    const close = pair();
    const first = judge(setup, {
      ...close,
      crm: sighting('crm', { note: 'b' }, 10_000),
      desk: sighting('desk', { note: 'd' }, 10_500),
    });
    expect(words(first).holds).toEqual([`conflict: ${note.id}`]);
    const second = judge(setup, {
      ...close,
      link: first.link,
      crm: sighting('crm', { note: 'e' }, 600_000),
      desk: sighting('desk', { note: 'd' }, 10_500),
    });
    expect(words(second)).toMatchObject({ is: 'work', write: { to: 'desk', fields: { note: 'e' } }, holds: [] });
  });

  it('remembers when each side of a conflict moved, for as long as it is held', () => {
    const note = textRule('note', 'both', { conflict: ['ask'] });
    const setup = setupOf({ direction: 'both', rules: [note] });
    const given = {
      ...pair(),
      crm: sighting('crm', { note: 'b' }, 10_000),
      desk: sighting('desk', { note: 'd' }, 20_000),
    };
    const { link } = judge(setup, given);
    expect(link.crm?.movedAt).toEqual({ 'note=note': 10_000 });
    expect(link.desk?.movedAt).toEqual({ 'note=note': 20_000 });
    const undone = judge(setup, { ...given, link, desk: sighting('desk', { note: 'b' }, 30_000) });
    expect(undone.link.crm).toMatchObject({ base: { 'note=note': 'b' }, movedAt: {} });
    expect(undone.link.desk).toMatchObject({ base: { 'note=note': 'b' }, movedAt: {} });
  });

  const asking = (...conflict: readonly Policy[]) =>
    setupOf({ direction: 'both', rules: [textRule('note', 'both', { conflict })] });
  const kept = (draft: HoldDraft | undefined): Hold[] =>
    draft ? [{ ...draft, id: 'H1', sync: 'accounts', link: 'L1', tries: 0, since: 1 }] : [];
  const ann = { ...sighting('crm', { note: 'b' }, 10_000), by: 'Ann' };
  const bob = { ...sighting('desk', { note: 'd' }, 10_400), by: 'Bob' };

  it('names both values, who changed them and when, why no policy could tell, and what to do', () => {
    const [hold] = judge(asking('newest'), { ...pair(), crm: ann, desk: bob }).holds;
    expect(hold?.changed).toEqual({ crm: { by: 'Ann', at: 10_000 }, desk: { by: 'Bob', at: 10_400 } });
    expect(hold?.message).toBe(
      'Account A1 has note "b" (changed by Ann at 1970-01-01T00:00:10Z), organization O1 has note "d" (changed by Bob at 1970-01-01T00:00:10Z), ' +
        'and both changed since they last agreed (newest: too close to call (0.4 s apart)). Answer "crm" or "desk" to say which one stays.',
    );
    const quiet = judge(asking('ask'), { ...pair(), crm: { ...ann, by: null, at: null }, desk: { ...bob, by: null } });
    expect(quiet.holds[0]?.message).toBe(
      'Account A1 has note "b", organization O1 has note "d" (changed at 1970-01-01T00:00:10Z), ' +
        'and both changed since they last agreed. Answer "crm" or "desk" to say which one stays.',
    );
  });

  it('still names who changed the value when somebody else has edited another field since', () => {
    const setup = asking('ask');
    const first = judge(setup, { ...pair(), crm: ann, desk: bob });
    const later = { ...ann, by: 'Eve', at: 90_000 };
    const second = judge(setup, { ...pair(), link: first.link, holds: kept(first.holds[0]), crm: later, desk: bob });
    expect(second.holds[0]?.changed?.crm).toEqual({ by: 'Ann', at: 10_000 });
    const moved = { ...later, seen: { note: 'e' } };
    const third = judge(setup, { ...pair(), link: first.link, holds: kept(first.holds[0]), crm: moved, desk: bob });
    expect(third.holds[0]?.changed?.crm).toEqual({ by: 'Eve', at: 90_000 });
  });
});
