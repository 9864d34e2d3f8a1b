import { type Side, sides } from '../../model/record.ts';
import { type SyncSetup, sideOf } from '../../model/sync.ts';

/**
 * What a person should know before the first create: on what it stands when its answer is lost (requirement M-09), and what that costs.
 * One sentence a sync and side.
 */
export function rungNotes(
  setups: readonly SyncSetup[],
  creates: (sync: string, side: Side) => number,
): readonly string[] {
  return setups.flatMap((setup) =>
    sides
      .filter((side) => creates(setup.name, side) > 0)
      .map((side) => {
        const { connection, object, type } = sideOf(setup, side);
        const what = `${setup.name}: what is created at ${connection} (${object})`;
        const mark = setup.mark[side];
        if (mark)
          return `${what} carries our key in ${mark.field}, so a lost answer is found again and nothing is created twice.`;
        return type.withoutMark === 'natural'
          ? `${what} carries no key; the vendor refuses a second one, and what it refuses is looked up once.`
          : `${what} carries no key: after a lost answer nothing is sent again before the vendor's window has passed and what we created meanwhile has been looked for.`;
      }),
  );
}
