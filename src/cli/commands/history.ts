import type { HistoryEntry, ReportFilter } from '../../app/app.ts';
import { historyFields } from '../../server/filter.ts';
import { defineCommand } from '../define.ts';
import { exitCodes } from '../errors.ts';
import { historyText } from '../history-view.ts';
import { invocation, quoted } from '../invocation.ts';
import { painter } from '../render/paint.ts';
import { wrap, wrapCommand } from '../render/text.ts';
import { reportOptions } from '../report-options.ts';
import { printResult, withApp } from '../with-app.ts';

/** Entries on one page, unless --limit says otherwise. */
const pageSize = 100;

export const history = defineCommand({
  name: 'history',
  summary: 'what was written, before and after, newest first',
  description:
    'Every write of the last 90 days: what was there before and after, the rule and the run that wrote it, and who had changed its source, where the vendor says so. --status is ok, failed, watched, or the kind of what went wrong, such as refused.',
  examples: [
    ['history --since 24h', 'the last day'],
    ['history --record crm:001xx000003DGbYAAW', 'of one record, by its Salesforce id, and of its twin'],
    ['history --run 01jd3w8k2m4n6p8q0r2s4t --field notes', 'what one run wrote into one field'],
  ],
  needs: 'app',
  options: (command) => {
    reportOptions(command);
    command
      .option('--until <time>', 'no later than this')
      .option('--run <id>', 'of one run')
      .option('--link <id>', 'of one link')
      .option('--field <name>', 'of one field, by its name at the vendor or by its rule')
      .option('--before <entry>', 'the next page: older than this entry, TIME/ID');
  },
  schema: historyFields,
  async act(cli, common, filter) {
    const entries = await withApp(cli, common, 'history', (app) => app.history(filter));
    const { stdout, environment } = cli.shell;
    const view = { width: stdout.columns, paint: painter(stdout, environment) };
    printResult(cli, common, entries, () => {
      if (entries.length === 0) return 'Nothing was written in that time.\n';
      const more = nextPage(entries, filter);
      const then =
        more === null
          ? ''
          : `${wrap('There may be more:', view.width)}\n${view.paint('cyan', wrapCommand(invocation(cli.shell, common)(more), view.width, '  '))}\n`;
      return `${historyText(entries, view)}${then === '' ? '' : `\n${then}`}`;
    });
    return exitCodes.ok;
  },
});

/** The command that shows what is older than a full page. */
function nextPage(entries: readonly HistoryEntry[], { before: _, ...filter }: ReportFilter): string | null {
  const last = entries.at(-1);
  if (!last || entries.length < (filter.limit ?? pageSize)) return null;
  const words = Object.entries({ ...filter, before: `${last.at}/${last.id}` }).flatMap(([name, value]) => [
    `--${name}`,
    quoted(String(value)),
  ]);
  return ['history', ...words].join(' ');
}
