import type { BlameEntry } from '../../app/blame.ts';
import { show } from '../../model/value.ts';
import { blameQuery } from '../../server/resources/blame.ts';
import { change } from '../change.ts';
import { defineCommand } from '../define.ts';
import { exitCodes } from '../errors.ts';
import type { View } from '../plan/head-view.ts';
import { painter } from '../render/paint.ts';
import { clean, wrap } from '../render/text.ts';
import { localTime } from '../render/words.ts';
import { printResult, withApp } from '../with-app.ts';

export const blame = defineCommand({
  name: 'blame',
  summary: 'who set a field to what it has, where, when, and which rule carried it',
  description:
    'Tells of each field of a record whether Syncline wrote what stands there: by which rule, in which run, from which record, and who had changed that one. What was not written by Syncline is told with whom and when the vendor names for the last change of the record. It goes by what is known here; nothing is asked of a vendor.',
  examples: [
    ['blame --record desk:26155588965705 --field name', 'who gave that organization its name'],
    ['blame --record crm:001xx000003DGbYAAW', 'every field of an account that is known'],
  ],
  needs: 'app',
  options: (command) =>
    command
      .option('--record <side:id>', 'of this record: crm:ID or desk:ID')
      .option('--field <name>', 'only this field, by its name at the vendor')
      .option('--sync <name>', 'only as this sync knows the record'),
  schema: blameQuery.strip(),
  async act(cli, common, asked) {
    const entries = await withApp(cli, common, 'blame', (app) => app.blame(asked));
    const { stdout, environment } = cli.shell;
    const view: View = { width: stdout.columns, paint: painter(stdout, environment) };
    printResult(cli, common, entries, () => entries.map((entry) => entryText(entry, view)).join('\n'));
    return exitCodes.ok;
  },
});

function entryText(entry: BlameEntry, { width, paint }: View): string {
  const place = `${entry.object} ${entry.id} at ${entry.connection}`;
  const head = `${paint('bold', clean(entry.field))}: ${clean(show(entry.value))}  ${paint('dim', clean(`(${place})`))}`;
  const lines = entry.setBy === 'syncline' ? carried(entry) : notOurs(entry);
  return `${[wrap(head, width), ...lines.map((line) => wrap(clean(line), width, '    '))].join('\n')}\n`;
}

function carried({ write, changed }: BlameEntry): readonly string[] {
  if (!write) return [];
  const { from } = write;
  const source = from ? ` from ${from.object} ${from.id} at ${from.connection}` : '';
  const by = write.cause === 'undo' ? 'an undo' : `rule ${write.rule}${source}`;
  return [
    `by Syncline at ${localTime(write.at)}: ${by} (${write.cause}, sync ${write.sync}, run ${write.run}); it was ${show(write.before)}`,
    ...(changed.by === null && changed.at === null ? [] : [`that record had last been changed${whoAndWhen(changed)}`]),
  ];
}

function notOurs({ write, changed }: BlameEntry): readonly string[] {
  const who = whoAndWhen(changed);
  return [
    `not by Syncline${who === '' ? ', and its vendor does not say by whom' : `: the record was last changed${who}`}`,
    ...(write
      ? [`Syncline had written ${change(write.after)} at ${localTime(write.at)} (rule ${write.rule}, run ${write.run})`]
      : []),
  ];
}

function whoAndWhen({ by, at }: BlameEntry['changed']): string {
  return `${by === null ? '' : ` by ${by}`}${at === null ? '' : ` at ${localTime(at)}`}`;
}
