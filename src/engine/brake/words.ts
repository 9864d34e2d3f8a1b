import type { Brake } from '../../model/hold.ts';
import { type SyncSetup, sideOf } from '../../model/sync.ts';
import { show } from '../../model/value.ts';
import { nameOf } from '../name.ts';
import type { DueLink } from '../ports.ts';
import type { HoldDraft, Write } from '../verdict.ts';
import type { BrakeState } from './ports.ts';

/** Fields of a stopped write that its hold names. */
const named = 3;

/** A write that a brake has stopped: the record as a whole waits for a person. */
export function brakeHold(
  setup: SyncSetup,
  due: DueLink,
  write: Write,
  kind: Brake['kind'],
  state: BrakeState,
): HoldDraft {
  const { side } = write;
  const name = nameOf(sideOf(setup, side), due[side], due.link[side]?.id);
  const what = kind === 'removals' ? `${name} would be removed` : `${name} would be changed (${changesOf(write)})`;
  const message = `${what}, and the brake of the sync "${setup.name}" is on: ${waveWords(setup, { side, kind }, state)}. Nothing like it is written there now. See "preview" for all of it, which "apply" then does; or answer "go" for this record, "go" with --always for the whole wave, or "skip" to leave this one as it is.`;
  const values = { crm: null, desk: null, base: null };
  return {
    why: 'brake',
    field: null,
    values,
    message,
    vendorCode: null,
    candidates: [],
    brake: { side, kind },
    wakes: [],
  };
}

/** `within an hour 420 of 600 organizations in Zendesk would be changed, and 300 are the limit` */
export function waveWords(setup: SyncSetup, { side, kind }: Brake, wave: Omit<BrakeState, 'at' | 'hash'>): string {
  const { type, label } = sideOf(setup, side);
  const things = `${plural(type.label.toLowerCase())} in ${label}`;
  const many = `${wave.isAll ? '' : 'at least '}${wave.would.toLocaleString('en-US')}`;
  const limit = wave.limit.toLocaleString('en-US');
  return kind === 'removals'
    ? `within an hour ${many} ${things} would be removed, and ${limit} are the limit`
    : `within an hour ${many} of ${wave.links.toLocaleString('en-US')} ${things} would be changed, and ${limit} are the limit`;
}

function plural(noun: string): string {
  return noun.endsWith('y') ? `${noun.slice(0, -1)}ies` : `${noun}s`;
}

function changesOf({ before }: Write): string {
  const fields = Object.entries(before);
  const shown = fields
    .slice(0, named)
    .map(([field, { before: was, after }]) => `${field} ${show(was)} → ${show(after)}`)
    .join(', ');
  return fields.length > named ? `${shown} and ${fields.length - named} more` : shown;
}
