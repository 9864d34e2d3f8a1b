import { z } from 'zod';
import type { ApplyReport } from '../../app/app.ts';
import { defineCommand } from '../define.ts';
import { exitCodes } from '../errors.ts';
import { invocation } from '../invocation.ts';
import { leftText } from '../left-view.ts';
import type { View } from '../plan/head-view.ts';
import { painter } from '../render/paint.ts';
import { wrap } from '../render/text.ts';
import { duration } from '../render/words.ts';
import { figures, heldAndFailed, leftOver, undoHint } from '../run-view.ts';
import { textLines } from '../text-lines.ts';
import { printResult, withProgress } from '../with-app.ts';

export const apply = defineCommand({
  name: 'apply',
  arguments: '<file>',
  summary: 'do exactly what a plan says',
  description:
    'Does what a plan of `preview --out FILE` says, and nothing else. A record that has moved since the preview is left as it is and named with the reason; it is due as before. A plan that was changed, and one of another config, is refused. Exit code 3 where something is left, held or failed.',
  examples: [
    ['apply plan.jsonl', 'the plan in this file'],
    ['apply - --json < plan.jsonl', 'from stdin, with the figures as JSON'],
  ],
  needs: 'app',
  schema: z.object({}),
  async act(cli, common, _, [file = '']) {
    const { shell } = cli;
    const { answer: report, interrupted } = await withProgress(cli, common, 'apply', (app, how) =>
      app.apply(how, textLines(shell, file)),
    );
    const view: View = { width: shell.stdout.columns, paint: painter(shell.stdout, shell.environment) };
    if (report !== null)
      printResult(cli, common, report, () => {
        const parts = [figures(report, view.width, view.paint), leftText(report.left, view)];
        const tell = invocation(shell, common);
        const end = conclusion(report, interrupted, view, tell);
        return `${parts.join('')}${wrap(end, view.width)}\n${undoHint(report, tell)}`;
      });
    if (interrupted) {
      shell.stderr.write('Stopped. What is left of the plan is due as before.\n');
      return exitCodes.interrupted;
    }
    return report !== null && leftOver(report) + report.left.length > 0 ? exitCodes.left : exitCodes.ok;
  },
});

function conclusion(
  report: ApplyReport,
  interrupted: boolean,
  { paint }: View,
  tell: (command: string) => string,
): string {
  const took = duration(report.tookMs);
  const left =
    report.left.length > 0 ? ` What was left is due as before: \`${tell('preview')}\` shows it as it is now.` : '';
  const waiting = heldAndFailed(report, tell);
  if (interrupted) return `Stopped after ${took}.${waiting}${left}`;
  if (left !== '' || waiting !== '') return `${paint('yellow', 'Applied')} in ${took}.${waiting}${left}`;
  return `${paint('green', 'Applied')} in ${took}, all of it.`;
}
