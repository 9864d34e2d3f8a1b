import type { HoldEntry } from '../app/app.ts';
import { show, type Value } from '../model/value.ts';
import { quoted } from './invocation.ts';
import type { Paint } from './render/paint.ts';
import { clean, wrap, wrapCommand } from './render/text.ts';
import { relative } from './render/words.ts';

export interface HoldsView {
  readonly width: number;
  readonly paint: Paint;
  readonly now: number;
  /** Puts the program's name before a command. */
  readonly tell: (command: string) => string;
}

/** What a person can say to a hold, and what comes of it. */
interface Way {
  readonly command: string;
  readonly does: string;
}

/** One held record or field as a person reads it: what, both values, why, and the commands that end it. */
export function holdText(entry: HoldEntry, view: HoldsView): string {
  const { width, paint } = view;
  const title = `${clean(entry.why)}  ${clean(entry.sync)}${entry.field === null ? '' : `  ${clean(entry.field)}`}`;
  const ends = [
    ...(entry.crm === null ? [] : [`${entry.crm.object} ${entry.crm.id}`]),
    ...(entry.desk === null ? [] : [`${entry.desk.object} ${entry.desk.id}`]),
  ];
  return [
    wrap(paint('bold', title), width),
    wrap(
      clean(`${ends.join(' and ')}${ends.length > 0 ? ', ' : ''}since ${relative(entry.since, view.now)}`),
      width,
      '  ',
    ),
    wrap(clean(entry.message) + vendorCode(entry), width, '  '),
    ...valueLines(entry).map((line) => wrap(line, width, '    ')),
    ...entry.candidates.map((candidate) =>
      wrap(clean(`candidate on ${candidate.side}: ${candidate.id} — ${candidate.reason}`), width, '    '),
    ),
    ...(entry.nextTry === null
      ? []
      : [
          wrap(`Tried ${entry.tries}×; it is tried again by itself ${relative(entry.nextTry, view.now)}.`, width, '  '),
        ]),
    ...waysOut(entry).flatMap((way) => [
      wrap(`${way.does}:`, width, '  '),
      paint('cyan', wrapCommand(view.tell(way.command), width, '    ')),
    ]),
    ...alwaysHint(entry).map((line) => wrap(line, width, '  ')),
    '',
  ].join('\n');
}

/** The vendor's own code, unless the sentence has it already. */
function vendorCode({ vendorCode: code, message }: HoldEntry): string {
  return code === null || message.includes(code) ? '' : ` (${clean(code)})`;
}

/** Both values, where a field is held that has any; null reads as empty. An undo's hold is about what we had written. */
function valueLines({ why, link, field, values: { crm, desk, base } }: HoldEntry): readonly string[] {
  if (field === null || link === '' || [crm, desk, base].every((value) => value === null)) return [];
  const third = why === 'undone' ? 'Syncline had written' : 'last agreed';
  return [`crm:  ${clean(show(crm))}`, `desk: ${clean(show(desk))}`, `${third}: ${clean(show(base))}`];
}

/** The commands that end a hold: what can be said to it, and, where something has to be mended first, that it is tried again. */
export function waysOut(entry: HoldEntry): readonly Way[] {
  // A rule that is frozen belongs to no record: the next run sees by itself whether its field is back.
  if (entry.link === '') return [{ command: 'check --live', does: 'To see what the accounts have now' }];
  const again = tryAgain[entry.why];
  const answers = entry.offers.map((offer): Way => {
    return { command: `answer ${quoted(entry.id)} ${typed(offer, entry)}`, does: clean(offer.means) };
  });
  const isStuck = answers.length === 0;
  const retry: Way = { command: `retry ${quoted(entry.id)}`, does: again ?? 'To try now' };
  return [...(again !== undefined || isStuck ? [retry] : []), ...parting(entry), ...answers];
}

/** An answer as it is typed. */
function typed({ say, id }: HoldEntry['offers'][number], { values }: HoldEntry): string {
  if (say === 'candidate') return `--candidate ${quoted(id ?? '')}`;
  return say === 'value' ? `--value ${shapeOf([values.crm, values.desk, values.base])}` : say;
}

/** What stands for a value of the kind that is held. */
function shapeOf(held: readonly Value[]): string {
  if (held.some((value) => Array.isArray(value))) return quoted('["A","B"]');
  const known = held.find((value) => value !== null);
  return typeof known === 'number' ? 'NUMBER' : typeof known === 'boolean' ? 'true' : 'TEXT';
}

const tryAgain: Readonly<Record<string, string>> = {
  refused: 'Once the value or the mapping is right, it is tried by itself; to try now',
  required: 'Once what is missing is there, it is tried by itself; to try now',
  hidden: 'Once the integration user may see the record again, look again',
};

/** What can be said of every such hold, once and for always. */
function alwaysHint({ why, offers }: HoldEntry): readonly string[] {
  if (why === 'brake') return ['With --always, go lets the whole wave pass, this once.'];
  const standing = offers.filter((offer) => offer.always).map(({ say }) => (say === 'value' ? '--value' : say));
  if (standing.length === 0) return [];
  return [`With --always, ${standing.join(' or ')} answers every such hold from now on.`];
}

/** Where one of two linked records is never written, such as an agent, parting them is a way out; the sentence says so. */
function parting({ link, crm, desk, message }: HoldEntry): readonly Way[] {
  if (crm === null || desk === null || !message.includes('Unlink them')) return [];
  return [{ command: `unlink --link ${quoted(link)}`, does: 'Part the two records' }];
}
