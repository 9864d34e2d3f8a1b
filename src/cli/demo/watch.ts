import { duration } from '../render/words.ts';
import { type Edit, systemOf } from './edit.ts';
import type { Towns } from './record.ts';

/** Waits for edits to arrive on the other side, and says when they do. */
export interface Watch {
  expect(edit: Edit, now: number): void;
  look(towns: Towns, now: number): void;
  /** Salesforce ids of the records that have an edit under way. */
  busy(): ReadonlySet<string>;
}

const labels = { salesforce: 'Salesforce', zendesk: 'Zendesk' } as const;

/** An edit that takes longer is told once, and its records are let go. */
const patienceMs = 180_000;

export function createWatch(say: (line: string) => void): Watch {
  let waiting: readonly { readonly edit: Edit; readonly since: number }[] = [];
  return {
    expect(edit, now) {
      waiting = [...waiting, { edit, since: now }];
      say(`${labels[systemOf[edit.object]]}: ${edit.who} ${edit.did}`);
    },
    look(towns, now) {
      waiting = waiting.filter(({ edit, since }) => {
        const other = labels[systemOf[edit.object] === 'salesforce' ? 'zendesk' : 'salesforce'];
        if (edit.arrived(towns)) {
          say(`→ ${other} has it ${duration(now - since)} later (${edit.about})`);
          return false;
        }
        if (now - since < patienceMs) return true;
        say(
          `→ ${other} still does not have it after ${duration(now - since)} (${edit.about}); \`holds\` and \`failures\` say why`,
        );
        return false;
      });
    },
    busy: () => new Set(waiting.flatMap(({ edit }) => edit.busy)),
  };
}
