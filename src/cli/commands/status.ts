import { z } from 'zod';
import { AppError, type StatusReport } from '../../app/app.ts';
import { defineCommand } from '../define.ts';
import { exitCodes } from '../errors.ts';
import { painter } from '../render/paint.ts';
import { type Cell, table } from '../render/table.ts';
import { clean } from '../render/text.ts';
import { duration, number, relative } from '../render/words.ts';
import { percent } from '../sweep-view.ts';
import { printResult, withApp } from '../with-app.ts';

export const status = defineCommand({
  name: 'status',
  summary: 'how every sync and every connection stands',
  examples: [['status', 'two small tables; with --json the same for a script']],
  needs: 'app',
  options: (command) => command.option('--sync <name>', 'only this sync'),
  schema: z.object({ sync: z.string().min(1, 'give a name').optional() }),
  async act(cli, common, { sync }) {
    const report = only(await withApp(cli, common, 'status', (app) => app.status()), sync);
    const { stdout, environment, now } = cli.shell;
    const options = { width: stdout.columns, paint: painter(stdout, environment) };
    const wasSwept = Object.values(report.syncs).some(({ lastSweep }) => lastSweep !== null);
    printResult(cli, common, report, () => {
      const syncs = table(
        [
          { title: 'sync', shrinks: true },
          { title: 'mode' },
          { title: 'links', align: 'right' },
          { title: 'due', align: 'right' },
          { title: 'held', align: 'right' },
          { title: 'failed', align: 'right' },
          { title: 'lag', align: 'right' },
          ...(wasSwept ? [{ title: 'last sweep', shrinks: true }] : []),
          { title: 'state' },
        ],
        Object.entries(report.syncs).map(([name, sync]) => [
          clean(name),
          sync.mode,
          number(sync.links),
          number(sync.due),
          number(sync.held),
          number(sync.failed),
          duration(sync.lagMs),
          ...(wasSwept ? [sweptText(sync, now())] : []),
          stateOf(sync, report.connections),
        ]),
        options,
      );
      const connections = table(
        [
          { title: 'connection', shrinks: true },
          { title: 'account', shrinks: true },
          { title: 'environment' },
          { title: 'login' },
          { title: 'calls', align: 'right' },
          { title: 'left', align: 'right' },
          { title: 'refills' },
        ],
        Object.entries(report.connections).map(([name, { account, environment: kind, login, budget }]) => [
          clean(name),
          account === null ? { text: 'not reached yet', colour: 'dim' } : clean(account),
          kind,
          loginCell(login),
          number(budget.used),
          budget.left === null ? '' : number(budget.left),
          budget.refillsAt === null ? '' : relative(budget.refillsAt, now()),
        ]),
        options,
      );
      return [syncs, connections].filter((part) => part !== '').join('\n') || 'No sync is configured.\n';
    });
    return exitCodes.ok;
  },
});

function only(report: StatusReport, name: string | undefined): StatusReport {
  if (name === undefined) return report;
  const sync = report.syncs[name];
  if (sync === undefined)
    throw new AppError(`There is no sync "${name}". The config has: ${Object.keys(report.syncs).join(', ') || 'none'}`);
  return { ...report, syncs: { [name]: sync } };
}

/** Which share was equal, and when: `99.98 %, 3 h ago`. Nothing where there was no sweep yet. */
function sweptText({ lastSweep }: StatusReport['syncs'][string], now: number): string {
  if (lastSweep === null) return '';
  const { pairs, equal, at } = lastSweep;
  return `${pairs === 0 ? 'no pairs' : percent(equal, pairs)}, ${relative(at, now)}`;
}

/** Green only where something is in step: an empty sync has proved nothing yet, and nobody knows what a connection does that lets nobody in. */
function stateOf(sync: StatusReport['syncs'][string], connections: StatusReport['connections']): Cell {
  if (sync.paused) return { text: 'paused', colour: 'yellow' };
  if (sync.connections.some((name) => connections[name]?.login === 'failed')) return { text: 'cut off', colour: 'red' };
  if (sync.failed > 0) return { text: 'failures', colour: 'red' };
  if (sync.held > 0) return { text: 'waits for you', colour: 'yellow' };
  if (sync.due > 0) return { text: 'working', colour: 'cyan' };
  if (sync.links === 0) return { text: 'nothing yet', colour: 'dim' };
  return { text: 'in step', colour: 'green' };
}

function loginCell(login: StatusReport['connections'][string]['login']): Cell {
  if (login === 'ok') return { text: 'ok', colour: 'green' };
  return login === 'failed' ? { text: 'failed', colour: 'red' } : { text: 'untried', colour: 'dim' };
}
