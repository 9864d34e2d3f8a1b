import { expect, it } from 'vitest';
import { fakeApp, someStatus } from '../../server/fake-app.ts';
import { someSweep } from '../../server/fake-sweep.ts';
import { fakeShell, noon, runWith } from '../fake-shell.ts';

it('status says what the last sweep found and when, in a line that fits', async () => {
  const [accounts, swept] = [someStatus.syncs.accounts, someSweep.syncs.accounts];
  if (!accounts || !swept) throw new Error('the samples have a sync named accounts');
  const lastSweep = { ...swept, at: new Date(noon - 9 * 3_600_000).toISOString() };
  const syncs = { accounts: { ...accounts, lastSweep }, contacts: accounts };
  const app = fakeApp({ status: async () => ({ ...someStatus, syncs }) });
  const { out } = await runWith(app, 'status', fakeShell({ terminal: true, environment: { NO_COLOR: '1' } }));
  const [head, first, second] = out.split('\n');
  expect(head).toMatch(/ lag {2}last sweep +state$/);
  expect(first).toMatch(/ 99\.98 %, 9 h ago {2}waits for you$/);
  expect(second).toMatch(/^contacts .* 2\.1 s +waits for you$/);
  expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
});

it('status says of no sync that it is in step while one of its connections lets nobody in', async () => {
  const { accounts } = someStatus.syncs;
  const { sales } = someStatus.connections;
  if (!accounts || !sales) throw new Error('the samples have a sync named accounts and a connection named sales');
  const syncs = {
    accounts: { ...accounts, held: 0 },
    elsewhere: { ...accounts, held: 0, connections: ['support'] },
  };
  const connections = { ...someStatus.connections, sales: { ...sales, login: 'failed' as const } };
  const app = fakeApp({ status: async () => ({ syncs, connections }) });
  const { out } = await runWith(app, 'status', fakeShell({ terminal: true, environment: { NO_COLOR: '1' } }));
  expect(out).toMatch(/^accounts .* cut off$/m);
  expect(out).toMatch(/^elsewhere .* in step$/m);
});
