import { describe, expect, it } from 'vitest';
import { type Cause, causes } from '../../model/history.ts';
import type { Operation } from '../../model/operation.ts';
import { due } from '../testing/verdicts.ts';
import type { Write } from '../verdict.ts';
import { brakedKind, brakeWindowMs } from './kind.ts';

const now = 10 * brakeWindowMs;
const ref = { connection: 'support', object: 'organization', id: 'O1' };
const operations: readonly Operation[] = [
  { do: 'create', link: 'L1', object: 'organization', mark: null, fields: {} },
  { do: 'update', link: 'L1', ref, expect: null, fields: { name: 'Acme' } },
  { do: 'remove', link: 'L1', ref, expect: null, how: 'trash' },
  { do: 'restore', link: 'L1', ref },
];
const joins = ['long ago', 'within the hour', 'now'] as const;
const answers = [undefined, 'go', 'crm', 'skip'] as const;

/** The table, in words: what a wave is made of is counted, what a person asked for or a first load brings is not. */
function expected(verb: Operation['do'], cause: Cause, joined: (typeof joins)[number], answer: string | undefined) {
  if (verb === 'create' || answer === 'go') return null;
  if (cause === 'removal') return 'removals';
  // An answer that is used up is no word about what comes after it.
  if (cause === 'answer' ? answer !== undefined : !['edit', 'meeting', 'retry', 'return', 'drift'].includes(cause))
    return null;
  if (verb === 'remove') return 'removals';
  return joined === 'long ago' ? 'changes' : null;
}

const write = (side: Write['side'], operation: Operation, cause: Cause): Write => ({
  side,
  operation,
  cause,
  before: {},
  agreed: { crm: {}, desk: {}, rules: {} },
});

describe('what a brake counts', () => {
  it('follows the table in every combination of operation, cause, join and answer (576 cases)', () => {
    let cases = 0;
    for (const operation of operations)
      for (const cause of causes)
        for (const joined of joins)
          for (const answer of answers) {
            const link = due({
              joinedAt: joined === 'within the hour' ? now - 1000 : 0,
              answers: answer === undefined ? {} : { '': { say: answer } },
            });
            const absorb = joined === 'now' ? null : undefined;
            const words = `${operation.do} ${cause} joined ${joined}, answer ${answer}`;
            expect(brakedKind(write('desk', operation, cause), { due: link, absorb }, now), words).toBe(
              expected(operation.do, cause, joined, answer),
            );
            cases += 1;
          }
    expect(cases).toBe(576);
  });

  it('counts a link again that was joined an hour ago', () => {
    const edit = write('crm', { do: 'update', link: 'L1', ref, expect: null, fields: {} }, 'edit');
    const of = (joinedAt: number) =>
      brakedKind(edit, { due: due({ joinedAt, dueSince: now }), absorb: undefined }, now);
    expect(of(now - brakeWindowMs + 1)).toBeNull();
    expect(of(now - brakeWindowMs)).toBe('changes');
  });

  it('never counts the first write of a link, however long after its join the vendor takes it', () => {
    const edit = write('crm', { do: 'update', link: 'L1', ref, expect: null, fields: {} }, 'edit');
    const of = (dueSince: number) =>
      brakedKind(edit, { due: due({ joinedAt: 1000, dueSince }), absorb: undefined }, now);
    expect([of(900), of(1000), of(1001)]).toEqual([null, null, 'changes']);
  });

  it('lets a person’s "go" to one brake pass that brake alone', () => {
    const update: Operation = { do: 'update', link: 'L1', ref, expect: null, fields: {} };
    const said = { answers: { '': { say: 'go', brake: { side: 'desk', kind: 'changes' } } } } as const;
    const of = (side: Write['side'], cause: Cause) =>
      brakedKind(write(side, update, cause), { due: due(said), absorb: undefined }, now);
    expect([of('desk', 'edit'), of('desk', 'answer'), of('desk', 'removal')]).toEqual([null, null, 'removals']);
    expect([of('crm', 'edit'), of('crm', 'answer')]).toEqual(['changes', 'changes']);
  });
});
