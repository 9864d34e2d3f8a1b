import { defineCommand } from '../define.ts';
import { exitCodes } from '../errors.ts';
import { invocation } from '../invocation.ts';
import { painter } from '../render/paint.ts';
import { wrap } from '../render/text.ts';
import { conclusion, figures, leftOver, undoHint } from '../run-view.ts';
import { isChosen, selected, selectionOptions, selectionSchema } from '../selection.ts';
import { printResult, withProgress } from '../with-app.ts';

export const run = defineCommand({
  name: 'run',
  summary: 'one pass to quiet: detect, and reconcile until nothing is due',
  description:
    'Reads what changed on both sides and brings them in step, until nothing is due; waits for retries that are due within 60 seconds. Where a service runs on this data folder, it makes the pass, after the one that it may be making. Exit code 3 where records are held or failed. Ctrl-C stops cleanly with exit code 130; the next run goes on from there.',
  examples: [
    ['run', 'all syncs'],
    ['run --sync accounts --json', 'one of them, with the figures as JSON'],
    ['run --record crm:001xx000003DGbYAAW', 'one record, now'],
    ['run --count 50', 'a small first load: the first 50 of each sync'],
  ],
  needs: 'app',
  options: selectionOptions,
  schema: selectionSchema,
  async act(cli, common, typed) {
    const { shell } = cli;
    const asked = await selected(shell, typed);
    const { answer: report, interrupted } = await withProgress(cli, common, 'run', (app, how) =>
      app.run({ ...asked, ...how }),
    );
    const tell = invocation(shell, common);
    if (report !== null)
      printResult(cli, common, report, () => {
        const { columns } = shell.stdout;
        const paint = painter(shell.stdout, shell.environment);
        const ended = { interrupted, chosen: isChosen(asked) };
        const end = wrap(conclusion(report, ended, paint, tell), columns);
        return `${figures(report, columns, paint)}${end}\n${undoHint(report, tell)}`;
      });
    if (interrupted) {
      shell.stderr.write('Stopped. The next run goes on from there.\n');
      return exitCodes.interrupted;
    }
    return report !== null && leftOver(report) > 0 ? exitCodes.left : exitCodes.ok;
  },
});
