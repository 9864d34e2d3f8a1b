import { defineCommand } from '../define.ts';
import { exitCodes } from '../errors.ts';
import { holdText } from '../holds-view.ts';
import { invocation } from '../invocation.ts';
import { painter } from '../render/paint.ts';
import { wrapCommand } from '../render/text.ts';
import { counted } from '../render/words.ts';
import { reportOptions, reportSchema } from '../report-options.ts';
import { printResult, withApp } from '../with-app.ts';

export const failures = defineCommand({
  name: 'failures',
  summary: 'what a vendor refused or could not do, and when it is tried again',
  description:
    'Shows the holds that a vendor caused, and failures that are still retried, in plain words with the vendor’s own code.',
  examples: [
    ['failures --since 24h', 'of the last day'],
    ['failures --json', 'for a script'],
  ],
  needs: 'app',
  options: reportOptions,
  schema: reportSchema,
  async act(cli, common, filter) {
    const entries = await withApp(cli, common, 'failures', (app) => app.failures(filter));
    const { stdout, environment, now } = cli.shell;
    const tell = invocation(cli.shell, common);
    const view = { width: stdout.columns, paint: painter(stdout, environment), now: now(), tell };
    printResult(cli, common, entries, () =>
      entries.length === 0
        ? 'Nothing failed.\n'
        : `${entries.map((entry) => holdText(entry, view)).join('\n')}\n${counted(entries.length, 'failure')}. To try all of them now:\n${wrapCommand(tell('retry --all'), view.width, '  ')}\n`,
    );
    return exitCodes.ok;
  },
});
