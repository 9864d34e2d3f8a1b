import { describe, expect, it } from 'vitest';
import { openWorld, type WorldOptions } from './world.ts';

function logged(more: Partial<WorldOptions>, isTTY = false): { lines: string[]; world: ReturnType<typeof openWorld> } {
  const lines: string[] = [];
  const stderr = { isTTY, write: (text: string) => lines.push(text) };
  return { lines, world: openWorld({ environment: {}, stderr, level: 'warn', ...more }) };
}

describe('the log', () => {
  it('is JSON lines where nobody watches', () => {
    const { lines, world } = logged({});
    world.log.warn('the vendor asks to wait', { connection: 'sales', ms: 2000 });
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines.join(''))).toMatchObject({
      level: 'warn',
      message: 'the vendor asks to wait',
      connection: 'sales',
      ms: 2000,
    });
  });

  it('is a line of text on a terminal', () => {
    const { lines, world } = logged({}, true);
    world.log.warn('the vendor asks to wait', { connection: 'sales' });
    const [takesProgressAway, ...rest] = lines.join('').split('\u{1b}[2K');
    expect(takesProgressAway).toBe('\r');
    expect(rest.join('')).toMatch(/^\d\d:\d\d:\d\d warn {3}the vendor asks to wait {2}connection=sales\n$/);
  });

  it('says as much as SYNCLINE_LOG asks for, and the given level where that is no level', () => {
    const chatty = logged({ environment: { SYNCLINE_LOG: 'debug' } });
    chatty.world.log.debug('here');
    expect(chatty.lines).toHaveLength(1);
    const mistaken = logged({ environment: { SYNCLINE_LOG: 'loud' } });
    mistaken.world.log.info('not here');
    expect(mistaken.lines).toEqual([]);
  });

  it('never shows a credential', () => {
    const { lines, world } = logged({});
    world.log.error('mistake', { clientSecret: 'hunter2', authorization: 'Bearer hunter2' });
    expect(lines.join('')).not.toContain('hunter2');
  });
});

describe('time and chance', () => {
  it('an aborted sleep ends at once and does not throw', async () => {
    const { world } = logged({});
    await expect(world.sleep(3_600_000, AbortSignal.abort())).resolves.toBeUndefined();
    const later = new AbortController();
    const asleep = world.sleep(3_600_000, later.signal);
    later.abort();
    await expect(asleep).resolves.toBeUndefined();
  });

  it('chance lies in [0, 1), also after the pool was drawn dry', () => {
    const { world } = logged({});
    const drawn = Array.from({ length: 1_000 }, () => world.random());
    expect(drawn.every((value) => value >= 0 && value < 1)).toBe(true);
    expect(new Set(drawn).size).toBeGreaterThan(990);
  });
});
