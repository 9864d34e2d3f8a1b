import { type Side, sides } from '../../model/record.ts';
import { type SyncSetup, sideOf } from '../../model/sync.ts';

/** What a person should know before records are removed: whether they can be brought back. One sentence a sync and side. */
export function removalNotes(
  setups: readonly SyncSetup[],
  removals: (sync: string, side: Side) => number,
): readonly string[] {
  return setups.flatMap((setup) =>
    sides.flatMap((side): string[] => {
      const count = removals(setup.name, side);
      if (count === 0) return [];
      const { connection, object, label, type } = sideOf(setup, side);
      const one = count === 1;
      const what = `${setup.name}: ${count} ${one ? 'record' : 'records'} at ${connection} (${object})`;
      if (type.restores !== true)
        return [
          `${what} ${one ? 'is' : 'are'} removed for good: ${label} cannot bring ${one ? 'it' : 'them'} back. Should the other record return, a new one is made.`,
        ];
      const past = setup.removal[side] === 'delete' ? ' (delete is trash there: no call goes past it)' : '';
      return [
        `${what} ${one ? 'goes' : 'go'} into the recycle bin of ${label}${past}, with all that ${label} removes along with ${one ? 'it' : 'them'}.`,
      ];
    }),
  );
}
