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
    { readonly sandbox: string; readonly production: string; readonly creating: string[]; readonly pointed: string[] }
  >();
  for (const name of Object.keys(config.syncs)) {
    const sync = effectiveOf(config, name);
    const ends = sides.map((side) => sync[side].connection);
    const sandbox = ends.find((end) => environments.get(end) === 'sandbox');
    const production = ends.find((end) => environments.get(end) === 'production');
    if (sandbox === undefined || production === undefined) continue;
    const pair = pairs.get(`${sandbox}/${production}`) ?? { sandbox, production, creating: [], pointed: [] };
    pairs.set(`${sandbox}/${production}`, pair);
    if (sync.create.length > 0) pair.creating.push(`${name} (${sync.create.join(', ')})`);
    for (const { crm, desk, or, create, sync: parents } of sync.references) {
      const made = [...(create ? [parents] : []), ...(or?.create ? [or.sync] : [])];
      if (made.length > 0) pair.pointed.push(`${name} by its reference ${crm ?? desk} (${made.join(', ')})`);
    }
  }
  return [...pairs.values()].map(({ sandbox, production, creating, pointed }) => {
    const found = `${sandbox} is a sandbox and ${production} is production.`;
    const check = `environments of ${sandbox} and ${production}`;
    const all = [...creating, ...pointed];
    if (all.length === 0) return { check, ok: true, found: `${found} No sync creates records.`, fix: '' };
    return {
      check,
      ok: true,
      found: `${found} What is created stays there, and would be met again as a duplicate: ${all.join(', ')} may create.`,
      fix: `While you try things out say ${fixWords(creating, pointed)}, so that only what exists already is matched; or use a sandbox on both sides.`,
    };
  });
}

/** What is created by references is switched off there: in a preset of tickets by its options. */
function fixWords(creating: readonly string[], pointed: readonly string[]): string {
  const own = creating.length > 0 ? ['create: [] in these syncs'] : [];
  const byReference =
    pointed.length > 0
      ? ['create: false in these references (of tickets, "use: existing" for organization and requester)']
      : [];
  return [...own, ...byReference].join(', and ');
}
