import { describe, expect, it } from 'vitest';
import type { Answer } from '../../model/hold.ts';
import { type End, withEnd } from '../../model/link.ts';
import { other, type Side, sides } from '../../model/record.ts';
import type { Removal } from '../../model/removal.ts';
import type { SyncSetup } from '../../model/sync.ts';
import { judge } from '../judge.ts';
import type { DueLink } from '../ports.ts';
import { agreedEnd, due, nothing, refusedHold, setupOf, sighting, words } from '../testing/verdicts.ts';
import { textRule } from '../testing.ts';
import { type Memory, memoryOf, remember } from './memory.ts';
import { released } from './removal.ts';

const kinds = ['trash', 'purged', 'hidden', 'merged', 'converted', 'left', 'outside'] as const;
const survivors = ['there', 'outside', 'trash', 'unseen'] as const;
const policies = ['keep', 'unlink', 'trash', 'delete', 'set'] as const;
const edits = ['none', 'edited', 'never agreed'] as const;
const answers = ['none', 'skip', 'go'] as const;

interface Case {
  readonly side: Side;
  /** `left`: there and outside its filter, where the sync takes that for a removal; `outside`: where it does not. */
  readonly kind: (typeof kinds)[number];
  readonly survivor: (typeof survivors)[number];
  readonly policy: (typeof policies)[number];
  readonly edit: (typeof edits)[number];
  readonly answer: (typeof answers)[number];
  readonly recreate: boolean;
  readonly restores: boolean;
  readonly update: boolean;
  readonly gone: Extract<Memory, 'going' | 'ours' | 'returning'> | null;
  readonly kept: Extract<Memory, 'kept' | 'ours'> | null;
}

function* cases(): Generator<Case> {
  for (const side of sides)
    for (const kind of kinds)
      for (const survivor of survivors)
        for (const policy of policies)
          for (const edit of edits)
            for (const answer of answers)
              for (const recreate of [false, true])
                for (const restores of [false, true])
                  for (const update of [false, true])
                    for (const gone of [null, 'going', 'ours', 'returning'] as const)
                      for (const kept of [null, 'kept', 'ours'] as const)
                        yield { side, kind, survivor, policy, edit, answer, recreate, restores, update, gone, kept };
}

const rules = [textRule('name', 'both'), textRule('note', 'both')];
const removals: Readonly<Record<Case['policy'], Removal>> = {
  keep: 'keep',
  unlink: 'unlink',
  trash: 'trash',
  delete: 'delete',
  set: { set: { plan: 'archived' } },
};

function endOf({ edit }: Pick<Case, 'edit'>, id: string, memory: Memory | null): End {
  const agreed = edit !== 'never agreed';
  const base = agreed ? { 'name=name': 'Acme', 'note=note': 'a' } : {};
  const hashes = agreed ? { 'name=name': 'name:both', 'note=note': 'note:both' } : {};
  const end = agreedEnd(id, base, hashes);
  return memory ? remember(end, memory) : end;
}

function setting(each: Case): { readonly setup: SyncSetup; readonly given: DueLink } {
  const stays = other(each.side);
  const plain = setupOf({
    direction: 'both',
    create: [],
    update: each.update ? ['crm', 'desk'] : [],
    rules,
    removal: {
      crm: 'keep',
      desk: 'keep',
      [stays]: removals[each.policy],
      recreate: each.recreate ? [each.side] : [],
      leaving: each.kind === 'left',
    },
  });
  const typed = { ...plain[each.side], type: { ...plain[each.side].type, restores: each.restores } };
  const setup: SyncSetup = { ...plain, [each.side]: typed };
  const isThere = each.kind === 'left' || each.kind === 'outside';
  const shown = { name: 'Acme', note: each.edit === 'none' ? 'a' : 'b' };
  const staying = {
    there: sighting(stays, { ...shown, plan: 'yes' }),
    outside: sighting(stays, { ...shown, plan: 'no' }),
    trash: sighting(stays, { gone: 'trash' }),
    unseen: null,
  };
  const said: Readonly<Record<string, Answer>> =
    each.answer === 'none' ? {} : each.answer === 'go' ? { removal: { say: 'go' } } : { '': { say: 'skip' } };
  let link = due({}).link;
  link = withEnd(link, each.side, endOf(each, `${each.side}-1`, each.gone));
  link = withEnd(link, stays, endOf(each, `${stays}-1`, each.kept));
  const goneSeen = isThere
    ? sighting(each.side, { name: 'Acme', note: 'a', plan: 'no' })
    : sighting(each.side, { gone: each.kind as 'trash' });
  return { setup, given: due({ link, [each.side]: goneSeen, [stays]: staying[each.survivor], answers: said }) };
}

const held = (...holds: readonly string[]) => ({ is: 'held', write: null, holds });
const write = (to: Side, verb: string, fields: unknown = null, again = false) => ({
  is: 'work',
  write: { to, do: verb, fields, again },
  holds: [] as readonly string[],
});

/** The table, row by row. */
function expected(each: Case): unknown {
  const { side, kind, survivor, policy, edit, answer, recreate, restores, gone, kept } = each;
  const stays = other(side);
  const byUs = gone === 'going' || gone === 'ours';
  const isThere = survivor === 'there' || survivor === 'outside';
  const isInside = survivor === 'there';
  if (kind === 'hidden') return byUs && !isInside ? nothing : held('hidden');
  if (!isThere || kind === 'outside') return nothing;
  // Where both have left their filters, there is nobody to tell.
  if (kind === 'left' && !isInside) return nothing;
  const closed = edit === 'edited' && each.update && answer !== 'skip' && kind !== 'left';
  const asKeep = closed ? held('closed') : nothing;
  if (kind === 'merged' || kind === 'converted') return asKeep;
  const bring =
    kind === 'trash' && restores
      ? write(side, 'restore')
      : write(side, 'create', { name: 'Acme', note: edit === 'none' ? 'a' : 'b' });
  if (kind !== 'left') {
    if (gone === 'returning') return held('closed');
    if (byUs) {
      if (!isInside) return nothing;
      return answer === 'skip' ? nothing : bring;
    }
    if (recreate && isInside && edit === 'edited' && answer !== 'skip' && kept !== 'kept') return bring;
  }
  if (policy === 'unlink') return nothing;
  if (policy === 'keep' || kept === 'kept' || !isInside) return asKeep;
  if (policy === 'set') {
    if (answer === 'skip') return nothing;
    return { ...write(stays, 'update', { plan: 'archived' }), holds: closed ? ['closed'] : [] };
  }
  if (answer === 'skip') return nothing;
  const isAsked = kept === 'ours' || edit !== 'none';
  if (isAsked && answer !== 'go') return held('closed: removal');
  return write(stays, 'remove');
}

describe('judge, one of two records is gone', () => {
  it('follows the table in every combination of what happened, policy, edits, answers, bins and what was remembered', () => {
    let count = 0;
    for (const each of cases()) {
      count += 1;
      const { setup, given } = setting(each);
      const got = words(judge(setup, released(setup, given)));
      const wanted = expected(each);
      if (JSON.stringify(got) !== JSON.stringify(wanted)) expect({ each, got }).toEqual({ each, got: wanted });
    }
    expect(count).toBe(2 * 7 * 4 * 5 * 3 * 3 * 2 * 2 * 2 * 4 * 3);
  });

  it('removes nothing and puts nothing back without evidence, whatever else is so', () => {
    for (const each of cases()) {
      if (each.kind === 'trash' || each.kind === 'purged' || each.kind === 'left') continue;
      const { setup, given } = setting(each);
      expect(judge(setup, released(setup, given)).write).toBeNull();
    }
  });

  it('keeps what it is about before the call, so that a lost answer is not taken for somebody’s removal', () => {
    for (const each of cases()) {
      const { setup, given } = setting(each);
      const verdict = judge(setup, released(setup, given));
      const { operation, side } = verdict.write ?? {};
      if (operation?.do === 'remove' && side) expect(memoryOf(verdict.link[side])).toBe('going');
      if (operation?.do === 'create') expect(memoryOf(verdict.link[other(each.side)])).toBe('owed');
    }
  });

  it('does what a person says, once and for good', () => {
    for (const each of cases()) {
      if (each.answer !== 'skip' || (each.policy !== 'trash' && each.policy !== 'set')) continue;
      const { setup, given } = setting(each);
      const { link } = judge(setup, released(setup, given));
      const next = judge(setup, released(setup, { ...given, link, answers: {} }));
      // Edits that have nowhere to go are another matter: they are shown again.
      const before = judge(setup, released(setup, { ...given, answers: {} }));
      const asked = before.holds.some(({ field }) => field === 'removal') || before.write?.operation.do === 'remove';
      if (asked)
        expect({ each, write: next.write, holds: words(next).holds.filter((hold) => hold !== 'closed') }).toEqual({
          each,
          write: null,
          holds: [],
        });
    }
  });

  it('does not send what the vendor has refused before somebody mends it or says so', () => {
    for (const each of cases()) {
      if (each.answer !== 'none') continue;
      const { setup, given } = setting(each);
      const holds = [{ ...refusedHold('removal', null, null), message: 'it has tickets' }];
      const verdict = judge(setup, released(setup, { ...given, holds }));
      const verb = verdict.write?.operation.do;
      // A record that is made anew is another write than the one that was refused.
      if (verb !== 'create') expect({ each, write: verdict.write }).toEqual({ each, write: null });
    }
  });
});
