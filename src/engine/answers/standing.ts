import type { Answer, HoldReason } from '../../model/hold.ts';
import { other, type Side } from '../../model/record.ts';
import { type StandingAnswer, standingDrawer, standingOf } from '../../model/standing.ts';
import type { Rule, SyncSetup } from '../../model/sync.ts';
import { same, type Value } from '../../model/value.ts';
import type { Decision } from '../decide.ts';
import type { Engine } from '../engine.ts';
import type { DueLink } from '../ports.ts';
import type { HoldDraft } from '../verdict.ts';

/** What persons have said for always about this sync. */
export async function findStanding({ store }: Engine, { name }: SyncSetup): Promise<readonly StandingAnswer[]> {
  const kept = standingOf(await store.get(standingDrawer.drawer, standingDrawer.name));
  return kept.filter(({ sync }) => sync === name);
}

/**
 * The word about this very value of this rule, before it is sent once more only to be refused. Where the mapping was changed since so that it
 * has something to say of the value itself, that counts: it is the later word.
 */
export function refusedAnswer(
  standing: readonly StandingAnswer[],
  rule: Rule,
  from: Side,
  value: Value,
): Answer | undefined {
  const known = standing.find(
    (each) => each.why === 'refused' && each.field === rule.id && each.from === from && same(each.value, value),
  );
  const isOutdated = known?.rule !== undefined && known.rule !== rule.hash;
  return isOutdated && rule.convert(other(from), value, undefined).ok ? undefined : known?.answer;
}

/**
 * Decides; what is held for a reason that somebody has answered for always is decided once more, as if they had answered this hold. So a
 * standing answer counts wherever a hold would, in a run as in a preview, and nowhere else: never against a plain edit of one side.
 */
export async function decideStanding(
  standing: readonly StandingAnswer[],
  due: readonly DueLink[],
  decide: (due: readonly DueLink[]) => Promise<readonly Decision[]>,
): Promise<readonly Decision[]> {
  const first = (await decide(due)).map(withoutSkipped);
  const answered = first.flatMap(({ verdict }, i) => {
    const link = due[i];
    const answers = link ? answersTo(standing, link, verdict.holds) : {};
    return link && Object.keys(answers).length > 0 ? [{ ...link, answers: { ...answers, ...link.answers } }] : [];
  });
  if (answered.length === 0) return first;
  const again = (await decide(answered)).map(withoutSkipped);
  const byLink = new Map(answered.map(({ link }, i) => [link.id, again[i]]));
  return first.map((decision, i) => byLink.get(due[i]?.link.id ?? '') ?? decision);
}

function answersTo(
  standing: readonly StandingAnswer[],
  { answers }: DueLink,
  holds: readonly HoldDraft[],
): Readonly<Record<string, Answer>> {
  return Object.fromEntries(
    holds.flatMap(({ why, field }) => {
      // A refused value is answered before it is sent; a person's word about this link goes before what was said of all.
      const known = standing.find((each) => each.why === why && each.field === field && each.from === null);
      const key = field ?? '';
      return known && answers[key] === undefined ? [[key, known.answer]] : [];
    }),
  );
}

/** Reasons for which nothing is done about a link: whoever says "skip" wants to hear no more of it until something changes. */
const idle: readonly HoldReason[] = ['hidden', 'closed', 'required'];

function withoutSkipped(decision: Decision): Decision {
  const { due, verdict } = decision;
  const isSkipped = ({ why, field }: HoldDraft) => idle.includes(why) && due.answers[field ?? '']?.say === 'skip';
  if (verdict.is !== 'held' || !verdict.holds.some(isSkipped)) return decision;
  const holds = verdict.holds.filter((hold) => !isSkipped(hold));
  return { ...decision, verdict: { ...verdict, is: holds.length > 0 ? 'held' : 'agreed', holds } };
}
