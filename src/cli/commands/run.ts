import { z } from 'zod';
import type { PerSide, RunReport } from '../../app/app.ts';
import { defineCommand } from '../define.ts';
import { exitCodes } from '../errors.ts';
import { invocation } from '../invocation.ts';
import { type Paint, painter } from '../render/paint.ts';
import { progressLine } from '../render/progress.ts';
import { table } from '../render/table.ts';
import { clean, wrap } from '../render/text.ts';
import { counted, duration, localTime, number } from '../render/words.ts';
import { printResult, withApp } from '../with-app.ts';

const collect = (value: string, before: readonly string[] | undefined): readonly string[] => [...(before ?? []), value];

export const run = defineCommand({
  name: 'run',
  summary: 'one pass to quiet: detect, and reconcile until nothing is due',
  description:
    'Reads what changed on both sides and brings them in step, until nothing is due; waits for retries that are due within 60 seconds. Where a service runs on this data folder, it makes the pass, after the one that it may be making. Exit code 3 where records are held or failed. Ctrl-C stops cleanly with exit code 130; the next run goes on from there.',
  examples: [
    ['run', 'all syncs'],
    ['run --sync accounts --json', 'one of them, with the figures as JSON'],
  ],
  needs: 'app',
  options: (command) => command.option('--sync <name>', 'only this sync (can be repeated)', collect),
  schema: z.object({ sync: z.array(z.string().min(1)).default([]) }),
  async act(cli, common, { sync }) {
    const { shell } = cli;
    const line = progressLine(shell, shell);
    let interrupted = false;
    const report = await withApp(cli, common, 'run', async (app, signal) => {
      try {
        return await app.run({ syncs: sync, signal, onProgress: line.show });
      } catch (error) {
        // A pass at a server that we stopped has no report any more: what was done is in the history.
        if (!signal.aborted) throw error;
        return null;
      } finally {
        line.clear();
        interrupted = signal.aborted;
      }
    });
    const tell = invocation(shell, common);
    if (report !== null)
      printResult(cli, common, report, () => {
        const { columns } = shell.stdout;
        const paint = painter(shell.stdout, shell.environment);
        return `${figures(report, columns, paint)}${wrap(conclusion(report, interrupted, paint, tell), columns)}\n`;
      });
    if (interrupted) {
      shell.stderr.write('Stopped. The next run goes on from there.\n');
      return exitCodes.interrupted;
    }
    return report !== null && leftOver(report) > 0 ? exitCodes.left : exitCodes.ok;
  },
});

/** Held, failed, or still at a vendor that took too long to wait for. */
function leftOver(report: RunReport): number {
  const records = Object.values(report.syncs).reduce((sum, sync) => sum + sync.held + sync.failed, 0);
  return records + (report.nextRetry === null ? 0 : 1);
}

function figures(report: RunReport, width: number, paint: Paint): string {
  const syncs = table(
    [
      { title: 'sync', shrinks: true },
      ...['seen', 'created', 'updated', 'removed', 'linked', 'unchanged', 'held', 'failed'].map((title) => ({
        title,
        align: 'right' as const,
      })),
    ],
    Object.entries(report.syncs).map(([name, sync]) => [
      clean(name),
      number(sync.seen),
      both(sync.created),
      both(sync.updated),
      both(sync.removed),
      number(sync.linked),
      number(sync.unchanged),
      sync.held > 0 ? { text: number(sync.held), colour: 'yellow' as const } : '0',
      sync.failed > 0 ? { text: number(sync.failed), colour: 'red' as const } : '0',
    ]),
    { width, paint },
  );
  const calls = table(
    [
      { title: 'calls to', shrinks: true },
      ...['read', 'write', 'login'].map((title) => ({ title, align: 'right' as const })),
    ],
    Object.entries(report.calls).map(([name, used]) => [
      clean(name),
      number(used.read),
      number(used.write),
      number(used.login),
    ]),
    { width, paint },
  );
  return [syncs, calls].filter((part) => part !== '').join('\n') + (syncs + calls === '' ? '' : '\n');
}

/** `9 desk`, `1 crm 9 desk`, `0` */
function both({ crm, desk }: PerSide): string {
  const parts = [...(crm > 0 ? [`${number(crm)} crm`] : []), ...(desk > 0 ? [`${number(desk)} desk`] : [])];
  return parts.length === 0 ? '0' : parts.join(' ');
}

function conclusion(report: RunReport, interrupted: boolean, paint: Paint, tell: (command: string) => string): string {
  const syncs = Object.values(report.syncs);
  const held = syncs.reduce((sum, sync) => sum + sync.held, 0);
  const failed = syncs.reduce((sum, sync) => sum + sync.failed, 0);
  const sides = (sync: (typeof syncs)[number]) => [sync.created, sync.updated, sync.removed];
  const touched = syncs.reduce(
    (sum, sync) =>
      sides(sync).reduce((all, { crm, desk }) => all + crm + desk, sum + sync.seen + sync.linked + sync.unchanged),
    0,
  );
  const took = `in ${duration(report.tookMs)}`;
  const retry = report.nextRetry === null ? '' : ` The next retry is due at ${localTime(report.nextRetry)}.`;
  if (held + failed > 0) {
    const parts = [
      ...(held > 0 ? [`${counted(held, 'record is', 'records are')} held: \`${tell('holds')}\` says why.`] : []),
      ...(failed > 0 ? [`${counted(failed, 'record')} failed: \`${tell('failures')}\` says why.`] : []),
    ];
    return `${paint('yellow', 'Done')} ${took}. ${parts.join(' ')}${retry}`;
  }
  if (!interrupted && retry !== '')
    return `${paint('yellow', 'Not all is done')} after ${duration(report.tookMs)}.${retry}`;
  if (interrupted) return `Stopped after ${duration(report.tookMs)}.${retry}`;
  if (touched === 0) return `Nothing was due; looked ${took}.${retry}`;
  return `${paint('green', 'All in step')} ${took}.${retry}`;
}
