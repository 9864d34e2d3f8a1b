import { other, type Side, sides } from '../model/record.ts';
import type { SyncSetup } from '../model/sync.ts';
import { judgeBackwards } from './called/backwards.ts';
import { judgeCreate } from './judge-create.ts';
import { judgePair } from './judge-pair.ts';
import type { DueLink } from './ports.ts';
import { judgeGone } from './removal/judge-gone.ts';
import { forget, memoryOf } from './removal/memory.ts';
import { fieldsOf, lackOf } from './removal/removal.ts';
import { judgeSetBack } from './removal/set.ts';
import { stillUndone, undoneRecord, withUndone } from './undo/undone.ts';
import { type Around, nothingAround, quiet, type Verdict } from './verdict.ts';

/**
 * One due link → verdict: the whole policy, as a pure function of what is known. It decides; nothing is done here.
 *
 *   the link has | and                               | then
 *   one end      | its record is gone or not shown   | nothing: there is nothing to be in step with
 *   one end      | outside the filter                | nothing
 *   one end      | parted, since its twin was removed | nothing: it may be met
 *   one end      | its twin was removed and is to come back | create, whatever is allowed
 *   one end      | creating is not allowed there, but for what is pointed to, which it is | create, by the rules turned round
 *   one end      | creating is not allowed there     | nothing: it waits for a twin
 *   one end      | it is none that one is made of    | nothing: it waits for a twin
 *   one end      | creating is allowed there         | create, unless a required value is missing (held `required`)
 *   two ends     | one is gone, and an undo says so  | held `undone`
 *   two ends     | one is gone, or counts as removed | as `judgeGone` says
 *   two ends     | one is outside its filter         | nothing; they stay linked
 *   two ends     | there, and one was set to archived | what we set is set back
 *   two ends     | both are there                    | each field by `merge`; ids are written back
 */
export function judge(setup: SyncSetup, due: DueLink, around: Around = nothingAround): Verdict {
  const { link } = due;
  if (link.crm && link.desk) {
    const lack = lackOf(setup, due);
    if (lack && undoneRecord(setup, due)) return { ...quiet(link), is: 'held', holds: stillUndone(setup, due) };
    if (lack) return withUndone(judgeGone(setup, due, lack, around), due);
    const seen = { crm: fieldsOf(due.crm), desk: fieldsOf(due.desk) };
    if (sides.some((side) => seen[side] && !setup.within(side, seen[side]))) return withUndone(quiet(link), due);
    const back = judgeSetBack(setup, due);
    return back ?? judgePair(setup, due, { crm: forget(link.crm), desk: forget(link.desk) }, seen, around);
  }
  const side: Side = link.crm ? 'crm' : 'desk';
  const fields = fieldsOf(due[side]);
  const word = due.answers['']?.say;
  // Of two records that could both be the lost create, a person has to say which: until then there must not be a third.
  const unsure = due.holds.find(({ why }) => why === 'unsure');
  if (unsure && (word === undefined || word === 'skip'))
    return { ...quiet(link), is: 'held', holds: [word === 'skip' ? { ...unsure, quiet: true } : unsure] };
  if (word === 'skip') return quiet(link);
  if (!fields || !setup.within(side, fields)) return quiet(link);
  const memory = memoryOf(link[side]);
  if (memory === 'parted' && word !== 'create') return quiet(link);
  if (memory !== 'owed' && around.makes === 'never') return quiet(link);
  if (memory !== 'owed' && !setup.create.includes(other(side)))
    return around.makes === 'backwards' ? judgeBackwards(setup, due, side, fields, around) : quiet(link);
  if (memory !== 'owed' && word !== 'create' && !setup.makes(side, fields)) return quiet(link);
  return judgeCreate(setup, due, side, fields, around);
}
