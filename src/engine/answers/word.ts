import type { Answer, Hold, HoldReason } from '../../model/hold.ts';
import { other, type Side, sides } from '../../model/record.ts';
import { flows, type Rule } from '../../model/sync.ts';
import { same, type Value } from '../../model/value.ts';
import type { DueLink } from '../ports.ts';

/** Holds of a whole record whose `skip` is said of all of its fields. Any other one is about something else than what they have. */
const ofAllFields: readonly HoldReason[] = ['brake', 'refused'];

/** Holds of fields whose values are not what they are about: a loop's change with every turn. */
const ofNoValues: readonly HoldReason[] = ['loop'];

/** What is kept of an answer to this hold: with the values that it is about. */
export function answerTo(hold: Hold, answer: Answer): Answer {
  const { crm, desk } = hold.values;
  const about = hold.field === null || ofNoValues.includes(hold.why) ? {} : { about: { crm, desk } };
  return { ...answer, ...about, ...(hold.brake ? { brake: hold.brake } : {}) };
}

/**
 * What a person said of this field, as long as each side that flows has what the person was told of, or was given. Who has edited it
 * since knows nothing of that answer, so the edit is decided about anew. `now`: both sides, or the one that a twin is made from.
 */
export function wordOn(
  { answers, holds }: DueLink,
  rule: Rule,
  now: { readonly crm?: Value; readonly desk?: Value },
): Answer | undefined {
  const word = answers[rule.id];
  if (word === undefined) {
    const whole = answers[''];
    const isOfAll = holds.some(({ why, field }) => field === null && ofAllFields.includes(why));
    // Who was not to be removed, and need not be any more, has said nothing of what is edited since.
    return isOfAll && whole?.say === 'skip' && whole.brake?.kind !== 'removals' ? whole : undefined;
  }
  const { about } = word;
  const given = word.say === 'value' ? valuesOf(rule, word.value) : null;
  const isMeant = sides.every((side) => {
    const value = now[side];
    if (about === undefined || value === undefined || !flows(rule.direction, other(side))) return true;
    return same(value, about[side]) || (given !== null && same(value, given[side]));
  });
  return isMeant ? word : undefined;
}

/**
 * True where a person has said which twin a record gets, or that it is to be matched anew. Who says "skip" wants it to get none, and least of
 * all one that somebody else has a claim to.
 */
export function isTwinNamed({ answers }: DueLink): boolean {
  return answers[''] !== undefined && answers[''].say !== 'skip';
}

/**
 * What each side gets where a person gives a value: for both, it may be in the words of either of them, of the CRM first. For one, or where
 * it is neither's, it is taken as it stands.
 */
export function valuesOf(rule: Rule, value: Value, to: readonly Side[] = sides): Readonly<Record<Side, Value>> {
  const asItIs = { crm: rule.normal('crm', value), desk: rule.normal('desk', value) };
  if (to.length < 2 || rule.direction !== 'both' || rule.equal(asItIs.crm, asItIs.desk)) return asItIs;
  for (const to of ['desk', 'crm'] as const) {
    const made = rule.convert(to, asItIs[other(to)], undefined);
    if (!made.ok || 'leave' in made) continue;
    const both = { ...asItIs, [to]: rule.normal(to, made.value) };
    if (rule.equal(both.crm, both.desk)) return both;
  }
  return asItIs;
}
