import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type HookStage, openHookStage } from './hook-stage.ts';

/**
 * A real service, really killed between the call of a vendor and the case: what was answered is not lost, and nothing is written twice.
 */
let stage: HookStage;
beforeEach(async () => {
  stage = await openHookStage();
});
afterEach(() => stage.close());

describe('a service that is killed', () => {
  it.each([
    ['when a call was kept and not yet answered', 'commit:1:after:tip'],
    ['when it was answered, before the ticket is read', 'fetch:1:before:tickets/show_many'],
    ['when the ticket is read and kept, and the call not yet forgotten', 'commit:1:before:dropTips'],
  ])('%s leaves one case, as the next one starts', async (_, point) => {
    const first = stage.start('start', { SYNCLINE_CRASH: point });
    await stage.until('the trigger is there', async () => (await stage.triggers()) === 1);
    await stage.write('Printer on fire');
    await first.ended;
    expect(first.child.signalCode).toBe('SIGKILL');
    expect(await stage.cases()).toEqual([]);
    const second = stage.start('start');
    await stage.until('the case is there', async () => (await stage.cases()).length > 0);
    second.child.kill('SIGTERM');
    await second.ended;
    expect(second.child.exitCode).toBe(0);
    expect(await stage.cases()).toMatchObject([{ Subject: 'Printer on fire' }]);
    expect(await stage.triggers()).toBe(1);
  });
});
