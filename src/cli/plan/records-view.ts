import type { PlanHead } from '../../app/plan/head.ts';
import type { LinkLine, PlannedField, WriteLine } from '../../app/plan/lines.ts';
import { isPointer, show, type Value } from '../../model/value.ts';
import { change } from '../change.ts';
import type { Colour } from '../render/paint.ts';
import { clean, wrap } from '../render/text.ts';
import { counted, number } from '../render/words.ts';
import { changesOf, type Gathered, type HeldGroup, type Made, type ShownRecord } from './gather.ts';
import type { View } from './head-view.ts';

/** The first records one by one, and how many changes there are behind them. */
export function recordsText(head: PlanHead, { records, made }: Gathered, view: View): string {
  const syncs = [...records].map(([name, shown]) => {
    const lines = shown.reduce((sum, record) => sum + record.lines.length, 0);
    const more = changesOf(head, name) - lines;
    return [
      view.paint('bold', clean(name)),
      ...shown.map((record) => recordText(record, made, view)),
      ...(more > 0 ? [`  … and ${counted(more, 'further change')}`] : []),
      '',
    ].join('\n');
  });
  return syncs.join('\n');
}

function recordText({ name, lines }: ShownRecord, made: Made, view: View): string {
  const acts = lines.flatMap((line) => [
    wrap(actText(line, view), view.width, '    '),
    ...(line.do === 'link'
      ? []
      : Object.entries(line.fields).map(([field, planned]) =>
          wrap(
            `${clean(field)}: ${plannedText(planned, line, made)} ${view.paint('dim', clean(`(${planned.rule})`))}`,
            view.width,
            '      ',
          ),
        )),
  ]);
  return [wrap(view.paint('bold', clean(name)), view.width, '  '), ...acts].join('\n');
}

const colours: Readonly<Record<WriteLine['do'], Colour>> = {
  create: 'green',
  update: 'cyan',
  remove: 'red',
  restore: 'green',
};

function actText(line: WriteLine | LinkLine, { paint }: View): string {
  if (line.do === 'link') return `${paint('cyan', 'link')} ${clean(`crm ${line.crm} with desk ${line.desk}`)}`;
  const id = line.id === null ? '' : ` ${line.id}`;
  return `${paint(colours[line.do], line.do)} ${clean(`${line.object}${id} on ${line.side}`)}`;
}

/** `"Acme" → "Acme Ltd"`; of a record that is not there yet, only what it gets. */
function plannedText({ from, to }: PlannedField, line: WriteLine, made: Made): string {
  const after = change(to, (value) => valueText(value, made));
  if (line.do === 'create') return clean(typeof to === 'object' && to !== null && 'link' in to ? `→ ${after}` : after);
  const before = show(from);
  const blanksOnly = clean(before) === clean(after);
  return [before, after].map(blanksOnly ? withBlanks : clean).join(' → ');
}

/** Two values that differ in nothing else would read as the same. */
function withBlanks(text: string): string {
  return clean(text.replace(/\s/gu, '␣'));
}

function valueText(value: Value, made: Made): string {
  if (Array.isArray(value) && value.some(isPointer)) return value.map((member) => valueText(member, made)).join(', ');
  if (!isPointer(value)) return show(value);
  const target = made.get(value.link);
  if (!target) return 'a record that this plan creates';
  return `${target.object} of ${withoutId(target.name)} (created by this plan)`;
}

/** `Account "Acme" (001A)` is clear without the id. */
function withoutId(name: string): string {
  return name.replace(/(?<=") \([^()]*\)$/, '');
}

/** What would wait for a person: each kind with its number and one example. */
export function heldText(holds: readonly HeldGroup[], { width, paint }: View): string {
  if (holds.length === 0) return '';
  const groups = [...holds].sort((a, b) => b.count - a.count);
  const count = groups.reduce((sum, group) => sum + group.count, 0);
  const text = groups.flatMap(({ sync, why, count: each, message }) => [
    wrap(
      `${paint('yellow', clean(why))} ${number(each)}× in ${clean(sync)}${each === 1 ? '' : ', such as'}:`,
      width,
      '  ',
    ),
    wrap(clean(message), width, '    '),
  ]);
  return [wrap(`${counted(count, 'hold')} would wait for a person:`, width), ...text, ''].join('\n');
}
