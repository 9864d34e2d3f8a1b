import type { HoldEntry } from '../app/app.ts';
import { show } from '../model/value.ts';
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
    '',
  ].join('\n');
}

/** The vendor's own code, unless the sentence has it already. */
function vendorCode({ vendorCode: code, message }: HoldEntry): string {
  return code === null || message.includes(code) ? '' : ` (${clean(code)})`;
}

/** Both values, where a field is held; null reads as empty. */
function valueLines({ field, values }: HoldEntry): readonly string[] {
  if (field === null) return [];
  return [
    `crm:  ${clean(show(values.crm))}`,
    `desk: ${clean(show(values.desk))}`,
    `last agreed: ${clean(show(values.base))}`,
  ];
}

export function waysOut(entry: HoldEntry): readonly Way[] {
  const answer = (word: string, does: string): Way => ({ command: `answer ${quoted(entry.id)} ${word}`, does });
  const retry = (does: string): Way => ({ command: `retry ${quoted(entry.id)}`, does });
  const leave = answer('skip', 'Leave it as it is');
  const others = chosable(entry);
  switch (entry.why) {
    case 'conflict':
      return [
        answer('crm', 'Take the CRM’s value'),
        answer('desk', 'Take the desk’s value'),
        answer('--value TEXT', 'Set both to another value'),
      ];
    case 'ambiguous':
      return [
        ...others.map(({ id, side }) => answer(`--candidate ${quoted(id)}`, `Link it with ${clean(id)} on ${side}`)),
        answer('create', others.length > 0 ? 'It is none of them: create a new record' : 'Create a new record for it'),
        leave,
      ];
    case 'refused':
      return [
        retry('Once the value or the mapping is right, it is tried by itself; to try now'),
        ...parting(entry),
        leave,
      ];
    case 'required':
      return [retry('Once what is missing is there, it is tried by itself; to try now'), leave];
    case 'brake':
      return [answer('go', 'Let the changes pass'), leave];
    case 'loop':
      return [answer('go', 'Once the other automation is stopped, go on'), leave];
    case 'unsure':
      return [
        ...others.map(({ id, side }) => answer(`--candidate ${quoted(id)}`, `It is ${clean(id)} on ${side}`)),
        answer('create', 'It was not created: create it again'),
        leave,
      ];
    case 'hidden':
      return [retry('Once the integration user may see the record again, look again'), leave];
    case 'undone':
      return [
        ...others.map(({ id, side }) =>
          answer(`--candidate ${quoted(id)}`, `Link it with ${clean(id)} on ${side} again`),
        ),
        answer('go', entry.field === null ? 'Have it matched anew' : 'Sync the field again'),
        // Two parted records stay apart as long as the hold is there: leaving it open is leaving it as it is.
        ...(entry.field === null ? [] : [leave]),
      ];
    case 'closed':
      return [leave];
    default:
      return [retry('To try now')];
  }
}

/** Records that it can be linked with: on the other side, and not another sync's. The other candidates explain why it is held. */
function chosable({ crm, desk, candidates }: HoldEntry): HoldEntry['candidates'] {
  const here = crm === null ? 'desk' : 'crm';
  const whole = crm !== null && desk !== null;
  return candidates.filter(
    ({ side, reason }) => (side !== here || whole) && !reason.startsWith('is carried by the sync'),
  );
}

/** Where one of two linked records is never written, such as an agent, parting them is a way out; the sentence says so. */
function parting({ link, crm, desk, message }: HoldEntry): readonly Way[] {
  if (crm === null || desk === null || !message.includes('Unlink them')) return [];
  return [{ command: `unlink --link ${quoted(link)}`, does: 'Part the two records' }];
}
