import { baseBeforeAnswer, echoUnrecognised, oneBase, wrongWay } from './bases.ts';
import { brakeIgnored } from './brake.ts';
import { cursorEarly, filterInPoll, missingIsDeleted } from './feeds.ts';
import type { Mutation } from './mutation.ts';
import { tipDropped } from './tips.ts';
import { claimIgnored, dueCleared, leaseUnchecked } from './turns.ts';
import { baseOfSent, noMark, unsureIsLater } from './writes.ts';

export const mutations: readonly Mutation[] = [
  baseBeforeAnswer,
  baseOfSent,
  oneBase,
  echoUnrecognised,
  wrongWay,
  noMark,
  unsureIsLater,
  claimIgnored,
  leaseUnchecked,
  dueCleared,
  cursorEarly,
  filterInPoll,
  missingIsDeleted,
  brakeIgnored,
  tipDropped,
];
