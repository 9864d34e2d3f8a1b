import { describe } from 'vitest';
import { describeBrake } from './contract/brake.ts';
import { describeCommit } from './contract/commit.ts';
import { describeDue } from './contract/due.ts';
import { describeHandOver } from './contract/hand-over.ts';
import { describeHistory } from './contract/history.ts';
import { describeIntake } from './contract/intake.ts';
import { describeOutdated } from './contract/outdated.ts';
import { describePeople } from './contract/people.ts';
import type { Opener } from './contract/samples.ts';
import { describeSweep } from './contract/sweep.ts';
import { describeTips } from './contract/tips.ts';
import { describeWaiting } from './contract/waiting.ts';

/**
 * What every store must do (engine/ports.ts, and memory.ts where that leaves room). `open` answers with an empty store; the suite looks
 * at nothing but the `Store` interface. A new store's test is a call of this.
 */
export function describeStore(name: string, open: Opener): void {
  describe(`${name} store`, () => {
    describeIntake(open);
    describeOutdated(open);
    describeDue(open);
    describeCommit(open);
    describePeople(open);
    describeHistory(open);
    describeWaiting(open);
    describeSweep(open);
    describeBrake(open);
    describeTips(open);
    describeHandOver(open);
  });
}
