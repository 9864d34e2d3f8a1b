import { defineCommand } from '../define.ts';
import { exitCodes } from '../errors.ts';
import { holdText } from '../holds-view.ts';
import { invocation } from '../invocation.ts';
import { painter } from '../render/paint.ts';
import { counted } from '../render/words.ts';
import { reportOptions, reportSchema } from '../report-options.ts';
import { printResult, withApp } from '../with-app.ts';

export const holds = defineCommand({
  name: 'holds',
  summary: 'everything that waits for a person, and how to answer it',
  description:
    'Shows what is held: the record and the field, both values, why, and the exact commands that end it. One held field never stops the rest of its record, nor other records.',
  examples: [
    ['holds', 'all of them'],
    ['holds --status conflict --sync accounts', 'one kind, of one sync'],
  ],
  needs: 'app',
  options: reportOptions,
  schema: reportSchema,
  async act(cli, common, filter) {
    const entries = await withApp(cli, common, 'holds', (app) => app.holds(filter));
    const { stdout, environment, now } = cli.shell;
    const view = {
      width: stdout.columns,
      paint: painter(stdout, environment),
      now: now(),
      tell: invocation(cli.shell, common),
    };
    printResult(cli, common, entries, () =>
      entries.length === 0
        ? 'Nothing waits for you.\n'
        : `${entries.map((entry) => holdText(entry, view)).join('\n')}\n${counted(entries.length, 'hold')}.\n`,
    );
    return exitCodes.ok;
  },
});
