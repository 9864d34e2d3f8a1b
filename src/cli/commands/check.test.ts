import { describe, expect, it } from 'vitest';
import type { Problem } from '../../app/app.ts';
import { fakeApp } from '../../server/fake-app.ts';
import { runWith } from '../fake-shell.ts';

const warning: Problem = {
  path: 'syncs.accounts.fields[1].values',
  line: 12,
  problem: 'Sync accounts: Industry has 1 option without a mapping: "Mining".',
  fix: 'Add it to "values".',
  warning: true,
};
const problem: Problem = {
  path: 'syncs.accounts.fields[2].desk',
  line: 14,
  problem: 'Sync accounts: there is no such field.',
  fix: 'Choose another one.',
};
const checked = (found: readonly Problem[], line = 'check --live') =>
  runWith(fakeApp({ check: async () => found }), line);

describe('a check that finds what only deserves a look', () => {
  it('tells it and ends with 0', async () => {
    const { code, out } = await checked([warning]);
    expect(code).toBe(0);
    expect(out).toContain('Industry has 1 option without a mapping');
    expect(out).toContain('No problems');
  });

  it('tells it before the problems, which alone are counted and end with 1', async () => {
    const { code, out } = await checked([problem, warning]);
    expect(code).toBe(1);
    expect(out.indexOf('Mining')).toBeLessThan(out.indexOf('no such field'));
    expect(out).toContain('1 problem.');
  });

  it('marks it in JSON', async () => {
    const { code, out } = await checked([warning], 'check --live --json');
    expect([code, JSON.parse(out)]).toEqual([0, [warning]]);
  });
});
