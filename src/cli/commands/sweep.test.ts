import { describe, expect, it } from 'vitest';
import { AppError, type SweepReport } from '../../app/app.ts';
import { fakeApp } from '../../server/fake-app.ts';
import { someSweep } from '../../server/fake-sweep.ts';
import { fakeShell, runWith } from '../fake-shell.ts';

const accounts = someSweep.syncs.accounts;
if (!accounts) throw new Error('the sample has a sync named accounts');

const swept = (more: Partial<typeof accounts>) => {
  const report: SweepReport = { syncs: { accounts: { ...accounts, ...more } } };
  return fakeApp({ sweep: async () => report });
};
const inStep = {
  pairs: 12,
  equal: 12,
  explained: 0,
  drifted: 0,
  repaired: 0,
  found: { crm: 0, desk: 0 },
  orphans: { crm: 0, desk: 0 },
  why: {},
  whyAlone: {},
  examples: [],
} as const;

describe('sweep', () => {
  it('says the figures to a person, and why what differs does', async () => {
    const { code, out } = await runWith(fakeApp(), 'sweep', fakeShell({ terminal: true }));
    expect(code).toBe(0);
    expect(out).toContain('214,331 pairs, 99.98 % equal, ');
    expect(out).toContain('37 differ, each explained');
    expect(out).toContain('  2 records had changed unseen (1 crm, 1 desk)\n');
    expect(out).toContain('  2 pairs were brought in step\n');
    expect(out).toContain('  why they differ: 30 drift, 7 lossy\n');
    expect(out).toContain('  3 records have no twin (3 crm): 3 not-created\n');
    expect(out).toContain('drift: Account "Acme" (001A) and organization "Acme" (4711)');
    expect(out.match(/^ {2}- /gm)).toHaveLength(1);
    expect(out).toContain('… and 39 more');
    // Nothing is wider than the terminal, colours aside.
    const widest = Math.max(...out.split('\n').map((line) => line.replaceAll(/\p{Cc}\[\d+m/gu, '').length));
    expect(widest).toBeLessThanOrEqual(80);
  });

  it('is short where all is in step, and where there is nothing yet', async () => {
    expect((await runWith(swept(inStep), 'sweep')).out).toBe('accounts: 12 pairs, 100 % equal\n');
    expect((await runWith(swept({ ...inStep, pairs: 0, equal: 0 }), 'sweep')).out).toBe('accounts: no pairs yet\n');
    expect((await runWith(fakeApp({ sweep: async () => ({ syncs: {} }) }), 'sweep')).out).toBe(
      'No sync is configured.\n',
    );
  });

  it('never rounds to all where one is missing', async () => {
    const { out } = await runWith(swept({ ...inStep, pairs: 1_000_000, equal: 999_999, drifted: 1 }), 'sweep');
    expect(out).toBe('accounts: 1,000,000 pairs, 99.99 % equal, 1 differs, each explained\n');
  });

  it('ends with 3 where something differs without a reason, or waits for a person', async () => {
    const odd = await runWith(swept({ ...inStep, equal: 11, differ: 1, why: { differs: 1 } }), 'sweep');
    expect(odd).toMatchObject({ code: 3 });
    expect(odd.out).toContain('1 differs, 1 of them without a reason');
    expect(await runWith(swept({ ...inStep, waiting: 1 }), 'sweep')).toMatchObject({ code: 3 });
    expect(await runWith(swept({ ...inStep, equal: 11, drifted: 1, why: { drift: 1 } }), 'sweep')).toMatchObject({
      code: 0,
    });
  });

  it('is asked for some syncs, and answers JSON', async () => {
    const app = fakeApp();
    const { code, out } = await runWith(app, 'sweep --sync accounts --sync contacts --json');
    expect(app.asked).toEqual(['sweep ["accounts","contacts"]']);
    expect([code, JSON.parse(out)]).toEqual([0, someSweep]);
  });

  it('that stopped says why on stderr', async () => {
    const app = fakeApp({
      sweep: async () => {
        throw new AppError('The sweep stopped: support lists no organization at all, where at least 10 are known');
      },
    });
    const { code, out, err } = await runWith(app, 'sweep');
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain('support lists no organization at all');
  });
});
