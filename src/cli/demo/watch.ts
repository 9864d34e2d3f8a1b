import { duration } from '../render/words.ts';
import { type Edit, systemOf } from './edit.ts';
import type { Towns } from './record.ts';

/** An edit, and when it was made, in milliseconds since 1970. */
export interface Expected {
  readonly edit: Edit;
  readonly since: number;
}

/** Waits for edits to arrive on the other side, and says when they do. */
export interface Watch {
  expect(edit: Edit, now: number): void;
  /** `held`: ids of the records that wait for a person. Answers what has arrived. */
  look(towns: Towns, held: ReadonlySet<string>, now: number): readonly Expected[];
  /** Salesforce ids of the records that have an edit under way. */
  busy(): ReadonlySet<string>;
}

const labels = { salesforce: 'Salesforce', zendesk: 'Zendesk' } as const;

/** An edit that takes longer is told once, and its records are let go. */
const patienceMs = 180_000;

export function createWatch(say: (line: string) => void): Watch {
  let waiting: readonly Expected[] = [];
  return {
    expect(edit, now) {
      waiting = [...waiting, { edit, since: now }];
      say(`${labels[systemOf[edit.object]]}: ${edit.who} ${edit.did}`);
    },
    look(towns, held, now) {
      const there: Expected[] = [];
      waiting = waiting.filter(({ edit, since }) => {
        const other = labels[systemOf[edit.object] === 'salesforce' ? 'zendesk' : 'salesforce'];
        if (edit.arrived(towns, held)) {
          const took = duration(now - since);
          say(`→ ${edit.tell?.(took) ?? `${other} has it ${took} later`} (${edit.about})`);
          there.push({ edit, since });
          return false;
        }
        if (now - since < patienceMs) return true;
        say(
          `→ ${other} still does not have it after ${duration(now - since)} (${edit.about}); \`holds\` and \`failures\` say why`,
        );
        return false;
      });
      return there;
    },
    busy: () => new Set(waiting.flatMap(({ edit }) => edit.busy)),
  };
}
