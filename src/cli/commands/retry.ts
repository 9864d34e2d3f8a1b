import { z } from 'zod';
import { defineCommand } from '../define.ts';
import { exitCodes, UsageError } from '../errors.ts';
import { counted } from '../render/words.ts';
import { printResult, withApp } from '../with-app.ts';

export const retry = defineCommand({
  name: 'retry',
  arguments: '[id...]',
  summary: 'try holds or failures again now',
  description: 'Makes what is held or failed due again, by its id (`holds` and `failures` show it), or all of it.',
  examples: [
    ['retry 01jd3w8k2m4n6p8q0r2s4t', 'one of them'],
    ['retry --all', 'everything that failed'],
  ],
  needs: 'app',
  options: (command) => command.option('--all', 'everything'),
  schema: z.object({ all: z.boolean().default(false) }),
  async act(cli, common, { all }, ids) {
    if (all === ids.length > 0) throw new UsageError('give the ids of holds or failures, or --all');
    const report = await withApp(cli, common, 'retry', (app) => app.retry(all ? null : ids));
    printResult(cli, common, report, () =>
      report.retried === 0
        ? 'There is nothing to retry by that.\n'
        : `${counted(report.retried, 'record is', 'records are')} due again.\n`,
    );
    return exitCodes.ok;
  },
});
