import type { HistoryEntry } from '../app/app.ts';
import type { HistoryField } from '../model/history.ts';
import { show } from '../model/value.ts';
import { change } from './change.ts';
import { overWords } from './over-words.ts';
import type { View } from './plan/head-view.ts';
import { clean, wrap } from './render/text.ts';
import { localTime } from './render/words.ts';

/** What was written, newest first, field by field with what was there before. */
export function historyText(entries: readonly HistoryEntry[], view: View): string {
  return entries.map((entry) => entryText(entry, view)).join('\n');
}

function entryText(entry: HistoryEntry, { width, paint }: View): string {
  const failed = entry.outcome !== 'ok';
  const from = [entry.cause, `run ${clean(entry.run)}`, `link ${clean(entry.link)}`].join(', ');
  const head = `${localTime(entry.at)}  ${clean(entry.sync)}  ${sentence(entry)}  (${from})`;
  return [
    wrap(paint(failed ? 'red' : 'bold', head), width),
    ...(entry.source ? sourceText(entry.source).map((line) => wrap(line, width, '    ')) : []),
    ...Object.entries(entry.fields).map(([name, field]) => wrap(clean(fieldText(name, field)), width, '    ')),
    ...(failed ? [wrap(clean(entry.outcome), width, '    ')] : []),
    '',
  ].join('\n');
}

function fieldText(name: string, field: HistoryField): string {
  return `${name}: ${show(field.before)} → ${change(field.after)}  (${field.rule}${overWords(field)})`;
}

/** Who had changed the record before that, where its vendor says so. */
function sourceText({ by, at }: NonNullable<HistoryEntry['source']>): readonly string[] {
  if (by === null && at === null) return [];
  const who = by === null ? '' : ` by ${clean(by)}`;
  return [`its source was last changed${who}${at === null ? '' : ` at ${localTime(at)}`}`];
}

const verbs: Readonly<Record<HistoryEntry['do'], string>> = {
  create: 'created on',
  update: 'updated on',
  remove: 'removed on',
  restore: 'restored on',
  link: 'linked on',
  unlink: 'unlinked on',
};

function sentence(entry: HistoryEntry): string {
  const record = entry.record === null ? '' : ` ${clean(entry.record)}`;
  return `${entry.outcome === 'ok' ? '' : 'not '}${verbs[entry.do]} ${entry.side}${record}`;
}
