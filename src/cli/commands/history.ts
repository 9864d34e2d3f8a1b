import type { HistoryEntry } from '../../app/app.ts';
import { show } from '../../model/value.ts';
import { change } from '../change.ts';
import { defineCommand } from '../define.ts';
import { exitCodes } from '../errors.ts';
import { painter } from '../render/paint.ts';
import { clean, wrap } from '../render/text.ts';
import { localTime } from '../render/words.ts';
import { reportOptions, reportSchema } from '../report-options.ts';
import { printResult, withApp } from '../with-app.ts';

export const history = defineCommand({
  name: 'history',
  summary: 'what was written, before and after, newest first',
  examples: [
    ['history --since 24h', 'the last day'],
    ['history --record crm:001xx000003DGbYAAW', 'of one record, by its Salesforce id'],
  ],
  needs: 'app',
  options: reportOptions,
  schema: reportSchema,
  async act(cli, common, filter) {
    const entries = await withApp(cli, common, 'history', (app) => app.history(filter));
    const { stdout, environment } = cli.shell;
    const paint = painter(stdout, environment);
    printResult(cli, common, entries, () =>
      entries.length === 0
        ? 'Nothing was written in that time.\n'
        : entries
            .map((entry) => {
              const failed = entry.outcome !== 'ok';
              const head = `${localTime(entry.at)}  ${clean(entry.sync)}  ${sentence(entry)}  (${entry.cause}, link ${clean(entry.link)})`;
              return [
                wrap(paint(failed ? 'red' : 'bold', head), stdout.columns),
                ...Object.entries(entry.fields).map(([name, field]) =>
                  wrap(
                    clean(`${name}: ${show(field.before)} → ${change(field.after)}  (${field.rule})`),
                    stdout.columns,
                    '    ',
                  ),
                ),
                ...(failed ? [wrap(clean(entry.outcome), stdout.columns, '    ')] : []),
                '',
              ].join('\n');
            })
            .join('\n'),
    );
    return exitCodes.ok;
  },
});

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
