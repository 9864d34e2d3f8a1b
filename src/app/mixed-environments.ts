import { sides } from '../model/record.ts';
import type { DoctorRow } from './app.ts';
import { effectiveOf } from './config/resolve.ts';
import type { Config } from './config/schema.ts';
import type { Pin } from './connections.ts';

/**
 * A sandbox that is paired with production: what is created there while somebody tries things out stays, and is there once more when the
 * sandbox is exchanged for production (requirement O-05). It may be meant, so it is advice and no fault.
 */
export function mixedEnvironments(
  config: Config,
  environments: ReadonlyMap<string, Pin['environment']>,
): readonly DoctorRow[] {
  const pairs = new Map<
    string,
    { readonly sandbox: string; readonly production: string; readonly creating: string[] }
  >();
  for (const name of Object.keys(config.syncs)) {
    const sync = effectiveOf(config, name);
    const ends = sides.map((side) => sync[side].connection);
    const sandbox = ends.find((end) => environments.get(end) === 'sandbox');
    const production = ends.find((end) => environments.get(end) === 'production');
    if (sandbox === undefined || production === undefined) continue;
    const pair = pairs.get(`${sandbox}/${production}`) ?? { sandbox, production, creating: [] };
    pairs.set(`${sandbox}/${production}`, pair);
    if (sync.create.length > 0) pair.creating.push(`${name} (${sync.create.join(', ')})`);
  }
  return [...pairs.values()].map(({ sandbox, production, creating }) => {
    const found = `${sandbox} is a sandbox and ${production} is production.`;
    const check = `environments of ${sandbox} and ${production}`;
    if (creating.length === 0) return { check, ok: true, found: `${found} No sync creates records.`, fix: '' };
    return {
      check,
      ok: true,
      found: `${found} What is created stays there, and would be met again as a duplicate: ${creating.join(', ')} may create.`,
      fix: 'While you try things out say create: [] in these syncs, so that only what exists already is matched; or use a sandbox on both sides.',
    };
  });
}
