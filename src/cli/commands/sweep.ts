import { z } from 'zod';
import { defineCommand } from '../define.ts';
import { exitCodes } from '../errors.ts';
import { painter } from '../render/paint.ts';
import { collect } from '../selection.ts';
import { leftBySweep, sweepText } from '../sweep-view.ts';
import { printResult, withProgress } from '../with-app.ts';

export const sweep = defineCommand({
  name: 'sweep',
  summary: 'compare everything on both sides, with proof in figures',
  description:
    'Lists every record of both sides anew, whatever webhooks and polls have told, and compares every link. A record that is not listed is read by its id: only evidence counts as a removal. What differs is brought in step; what differs for a reason is counted and told with it. The service does the same every night (schedule.sweep). Exit code 3 where something differs without a reason, or waits for a person. Ctrl-C stops it with exit code 130; the next sweep begins anew.',
  examples: [
    ['sweep', 'all syncs'],
    ['sweep --sync accounts --json', 'one of them, with the figures as JSON'],
  ],
  needs: 'app',
  options: (command) => command.option('--sync <name>', 'only this sync (can be repeated)', collect),
  schema: z.object({ sync: z.array(z.string().min(1, 'give a name')).default([]) }),
  async act(cli, common, { sync }) {
    const { shell } = cli;
    const { answer: report, interrupted } = await withProgress(cli, common, 'sweep', (app, how) =>
      app.sweep({ syncs: sync, ...how }),
    );
    if (report !== null)
      printResult(cli, common, report, () =>
        sweepText(report, shell.stdout.columns, painter(shell.stdout, shell.environment)),
      );
    if (interrupted && report === null) {
      shell.stderr.write('Stopped. The next sweep begins anew.\n');
      return exitCodes.interrupted;
    }
    return report !== null && leftBySweep(report) > 0 ? exitCodes.left : exitCodes.ok;
  },
});
