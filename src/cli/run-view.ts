import type { PerSide, RunReport } from '../app/app.ts';
import type { Paint } from './render/paint.ts';
import { table } from './render/table.ts';
import { clean } from './render/text.ts';
import { counted, duration, localTime, number } from './render/words.ts';

/** Held, failed, or still at a vendor that took too long to wait for. */
export function leftOver(report: RunReport): number {
  const records = Object.values(report.syncs).reduce((sum, sync) => sum + sync.held + sync.failed, 0);
  return records + (report.nextRetry === null ? 0 : 1);
}

export function figures(report: RunReport, width: number, paint: Paint): string {
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

/** ` 2 records are held: …`, with the command that shows them; empty where there are none. */
export function heldAndFailed({ syncs }: RunReport, tell: (command: string) => string): string {
  const held = Object.values(syncs).reduce((sum, sync) => sum + sync.held, 0);
  const failed = Object.values(syncs).reduce((sum, sync) => sum + sync.failed, 0);
  return [
    ...(held > 0 ? [` ${counted(held, 'record is', 'records are')} held: \`${tell('holds')}\` says why.`] : []),
    ...(failed > 0 ? [` ${counted(failed, 'record')} failed: \`${tell('failures')}\` says why.`] : []),
  ].join('');
}

/** How to take it back, on a line that can be pasted; empty where nothing was written. */
export function undoHint({ run, syncs }: RunReport, tell: (command: string) => string): string {
  const isWritten = Object.values(syncs).some(({ created, updated, removed }) =>
    [created, updated, removed].some(({ crm, desk }) => crm + desk > 0),
  );
  return isWritten ? `To take it back:\n    ${tell(`undo --run ${run}`)}\n` : '';
}

export interface Ended {
  readonly interrupted: boolean;
  /** Only some records were asked for, so nothing can be said of the others. */
  readonly chosen: boolean;
}

export function conclusion(
  report: RunReport,
  { interrupted, chosen }: Ended,
  paint: Paint,
  tell: (command: string) => string,
): string {
  const syncs = Object.values(report.syncs);
  const sides = (sync: (typeof syncs)[number]) => [sync.created, sync.updated, sync.removed];
  const touched = syncs.reduce(
    (sum, sync) =>
      sides(sync).reduce((all, { crm, desk }) => all + crm + desk, sum + sync.seen + sync.linked + sync.unchanged),
    0,
  );
  const took = `in ${duration(report.tookMs)}`;
  const retry = report.nextRetry === null ? '' : ` The next retry is due at ${localTime(report.nextRetry)}.`;
  const waiting = heldAndFailed(report, tell);
  if (waiting !== '') return `${paint('yellow', 'Done')} ${took}.${waiting}${retry}`;
  if (!interrupted && retry !== '')
    return `${paint('yellow', 'Not all is done')} after ${duration(report.tookMs)}.${retry}`;
  if (interrupted) return `Stopped after ${duration(report.tookMs)}.${retry}`;
  if (touched === 0) return `Nothing was due; looked ${took}.${retry}`;
  return `${paint('green', chosen ? 'These are in step' : 'All in step')} ${took}.${retry}`;
}
