import type { Doubles, PlanHead } from '../../app/plan/head.ts';
import type { PlanCounts } from '../../app/plan/lines.ts';
import type { Paint } from '../render/paint.ts';
import { type Cell, table } from '../render/table.ts';
import { clean, wrap } from '../render/text.ts';
import { counted, duration, number } from '../render/words.ts';

export interface View {
  readonly width: number;
  readonly paint: Paint;
}

/** A small table for each sync: what would be done, on which side, how often. */
export function countsText({ syncs }: PlanHead, view: View): string {
  const tables = Object.entries(syncs).map(([name, counts]) => {
    const columns = [
      { title: clean(name), shrinks: true },
      ...['crm', 'desk', 'in all'].map((title) => ({ title, align: 'right' as const })),
    ];
    const rows = rowsOf(counts);
    return rows.length === 0 ? `${wrap(`${clean(name)}: nothing to do`, view.width)}\n` : table(columns, rows, view);
  });
  return tables.join('\n');
}

function rowsOf(counts: PlanCounts): readonly (readonly Cell[])[] {
  const sided = (['create', 'update', 'remove'] as const).flatMap((verb): Cell[][] => {
    const { crm, desk } = counts[verb];
    const title: Cell = verb === 'remove' ? { text: verb, colour: 'red' } : verb;
    return crm + desk === 0 ? [] : [[title, number(crm), number(desk), number(crm + desk)]];
  });
  const held: Cell = { text: number(counts.hold), colour: 'yellow' };
  return [
    ...sided,
    ...(counts.link === 0 ? [] : [['link', '', '', number(counts.link)]]),
    ...(counts.hold === 0 ? [] : [['hold', '', '', held]]),
  ];
}

/** Shorter than this (seconds), a number would only look exact. */
const moment = 10;

/** Calls and time, and which limit decides. */
export function forecastText({ calls, seconds, limits }: PlanHead, view: View): string {
  const used = Object.entries(calls).filter(([, { read, write }]) => read + write > 0);
  const columns = [
    { title: 'calls to', shrinks: true },
    { title: 'read', align: 'right' as const },
    { title: 'write', align: 'right' as const },
  ];
  const rows = used.map(([name, { read, write }]) => [clean(name), number(read), number(write)]);
  const [slowest] = limits;
  const time =
    seconds < moment
      ? 'It takes a few seconds.'
      : `It takes about ${duration(seconds * 1000)}${slowest ? `: ${clean(slowest.limit)} at ${clean(slowest.connection)}` : ''}.`;
  return `${table(columns, rows, view)}${wrap(time, view.width)}\n`;
}

const recordsNamed = 5;

/** Values that several records share: what to clean up before the first run. */
export function doublesText({ doubles }: PlanHead, { width, paint }: View): string {
  if (doubles.length === 0) return '';
  const found = doubles.flatMap((each) => [
    wrap(`${paint('yellow', doubleTitle(each))}:`, width),
    ...each.examples.map(({ value, records }) => wrap(clean(`"${value}" in ${someOf(records)}`), width, '    ')),
    ...moreOf(each),
  ]);
  const says = 'They are held as ambiguous where they would have to be told apart by it, unless onMany chooses.';
  return `${[...found, wrap(says, width)].join('\n')}\n`;
}

function doubleTitle({ sync, side, field, values }: Doubles): string {
  return clean(
    `${sync}: ${counted(values, 'value')} of ${field} ${values === 1 ? 'stands' : 'stand'} in several records on ${side}`,
  );
}

function moreOf({ values, examples }: Doubles): readonly string[] {
  const more = values - examples.length;
  return more > 0 ? [`    … and ${number(more)} more`] : [];
}

function someOf(records: readonly string[]): string {
  const named = records.slice(0, recordsNamed).join(', ');
  return records.length > recordsNamed ? `${named} and ${number(records.length - recordsNamed)} more` : named;
}

/** What to know beside the figures. */
export function notesText({ notes }: PlanHead, { width }: View): string {
  return notes.length === 0 ? '' : `${notes.map((note) => wrap(clean(note), width)).join('\n')}\n`;
}
