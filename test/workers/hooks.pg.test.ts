import { afterEach, expect, it } from 'vitest';
import { freshDatabase } from '../../src/store/testing.ts';
import { openHookStage } from '../crash/hook-stage.ts';

let close: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const each of close.toReversed()) await each();
  close = [];
});

it('what one process was told, and died of, another one on the same PostgreSQL reads; both together made one trigger', async () => {
  const database = await freshDatabase();
  close.push(database.drop);
  const stage = await openHookStage();
  close.push(stage.close);
  const shared = { DATABASE_URL: database.url, SYNCLINE_KEY: '11'.repeat(32) };
  const worker = stage.start('worker', shared);
  const told = stage.start('start', { ...shared, SYNCLINE_CRASH: 'commit:1:after:tip' });
  await stage.until('both are there', async () => (await stage.isListening()) && (await stage.triggers()) > 0);
  await stage.write('Printer on fire');
  await told.ended;
  expect(told.child.signalCode).toBe('SIGKILL');
  await stage.until('the case is there', async () => (await stage.cases()).length > 0);
  worker.child.kill('SIGTERM');
  await worker.ended;
  expect(worker.child.exitCode).toBe(0);
  expect(await stage.cases()).toMatchObject([{ Subject: 'Printer on fire' }]);
  expect(await stage.triggers()).toBe(1);
});
