import { describe, expect, it } from 'vitest';
import { type Fault, FaultError } from '../model/fault.ts';
import { systems } from '../systems/index.ts';
import type { Config } from './config/schema.ts';
import { asked } from './connections.ts';

const config = {
  version: 1 as const,
  connections: { sales: { system: 'salesforce', auth: { type: 'client-credentials' } } },
  syncs: {},
} satisfies Config;

describe('a call that a command cannot go on without', () => {
  it('says in its own words whether the vendor was not reached, let us not in, or refused what was asked for', async () => {
    const said = (fault: Fault) =>
      asked('sales', { config, systems }, async () => {
        throw new FaultError(fault);
      });
    const words: Readonly<Record<string, string>> = {
      later: 'Connection sales cannot reach Salesforce: why [CODE]',
      limit: 'Connection sales cannot reach Salesforce: why [CODE]',
      login: 'Salesforce does not accept the credentials of connection sales: why [CODE]',
      refused: 'Salesforce answers connection sales, but does not give what it needs: why [CODE]',
      gone: 'Salesforce answers connection sales, but does not give what it needs: why [CODE]',
    };
    for (const kind of ['later', 'limit', 'login', 'refused', 'gone'] as const)
      await expect(said({ kind, say: 'why', code: 'CODE' })).rejects.toThrow(words[kind]);
    expect(await asked('sales', { config, systems }, async () => 'an answer')).toBe('an answer');
  });
});
