import type { Fault } from '../../model/fault.ts';
import { type Link, withEnd } from '../../model/link.ts';
import type { Outcome } from '../../model/operation.ts';
import { other } from '../../model/record.ts';
import { type SyncSetup, sideOf } from '../../model/sync.ts';
import { type Fields, show } from '../../model/value.ts';
import type { Intent, LinkChange } from '../ports.ts';
import { memoryOf, removedKey } from './memory.ts';

/** A record that was asked for once more before the vendor shows it again is asked for after this long (ms). */
const restoredLookMs = 5000;

/** Who was to be removed and is not there any more is removed. */
export function asRemoved({ operation }: Intent, outcome: Outcome): Outcome {
  const isGone = operation.do === 'remove' && !outcome.ok && outcome.fault.kind === 'gone';
  return isGone ? { ok: true, id: operation.ref.id, version: null, now: null } : outcome;
}

/**
 * What is known after a removal, or after a return that the vendor does not show yet; null: the write tells what the record looks like.
 * `shown`: how the record looks after the write, as far as the vendor said so or could be read.
 */
export function unseenAfter(
  setup: SyncSetup,
  { side, operation }: Intent,
  shown: Fields | null,
  now: number,
): Pick<LinkChange, 'due' | 'sightings' | 'keys'> | null {
  if (operation.do === 'restore')
    return shown ? null : { due: { at: now + restoredLookMs, tries: 0, fault: null, askVendor: true } };
  if (operation.do !== 'remove') return null;
  const { type } = sideOf(setup, side);
  // Otherwise than the feed will tell it, so that it is news then: another sync may have linked the record too.
  const gone = { gone: type.restores === true ? 'purged' : 'trash' } as const;
  return {
    due: { at: now, tries: 0, fault: null, askVendor: false },
    sightings: [{ ref: operation.ref, version: null, at: null, by: null, seen: gone }],
    keys: { [operation.ref.id]: [] },
  };
}

/** A removal that the vendor has refused was not ours, should the record go another way. */
export function withoutRemoval(link: Link, { side, operation }: Intent, fault: Fault): Pick<LinkChange, 'ends'> {
  const end = link[side];
  const isRefused = fault.kind === 'refused' || fault.kind === 'bug';
  if (operation.do !== 'remove' || !isRefused || !end || memoryOf(end) !== 'going') return {};
  const { [removedKey]: _, ...base } = end.base;
  const { crm, desk } = withEnd(link, side, { ...end, base });
  return { ends: { crm, desk } };
}

/** What the vendor's bin has not, or not any more, is gone for good: unless a look shows that somebody was faster. */
export function notInBin(setup: SyncSetup, { side }: Intent, link: Link): Pick<LinkChange, 'sightings' | 'keys'> {
  const { connection, object } = sideOf(setup, side);
  const id = link[side]?.id ?? '';
  const seen = { gone: 'purged' } as const;
  return {
    sightings: [{ ref: { connection, object, id }, version: null, at: null, by: null, seen }],
    keys: { [id]: [] },
  };
}

/** True for a write that carries a removal over, or takes it back. */
export function isOfRemoval({ operation, cause }: Pick<Intent, 'operation' | 'cause'>): boolean {
  return operation.do === 'remove' || operation.do === 'restore' || cause === 'removal' || cause === 'return';
}

/** What a person reads where the vendor refused such a write; null where it was another one. `reason`: the vendor's words, as a sentence. */
export function removalWords(setup: SyncSetup, link: Link, intent: Intent, reason: string): string | null {
  if (!isOfRemoval(intent)) return null;
  const { side, operation, cause, before } = intent;
  const place = sideOf(setup, side);
  const twin = sideOf(setup, other(side));
  const title = before[place.type.title]?.before;
  const called = typeof title === 'string' && title !== '' ? `${place.type.label} "${title}"` : place.type.label;
  const what =
    operation.do === 'update' ? `set ${listOf(before)}` : operation.do === 'remove' ? 'remove it' : 'bring it back';
  const because =
    operation.do === 'restore' || cause === 'return'
      ? `although ${twin.type.label} ${link[other(side)]?.id ?? ''} is there`
      : `although ${twin.type.label} ${link[other(side)]?.id ?? ''} is gone`;
  return `${called} (${link[side]?.id ?? ''}): ${place.label} refused to ${what}, ${because}: ${reason} Mend the reason, then retry, or answer "skip" to leave it as it is.`;
}

function listOf(before: Intent['before']): string {
  return Object.entries(before)
    .map(([field, each]) => `${field} from ${show(each.before)} to ${show(each.after)}`)
    .join(', ');
}
