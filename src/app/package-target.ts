import type { DoctorRow } from './app.ts';
import { connectionOf, type Opening, openConnection } from './connections.ts';

/** Where the package goes, and what is said about the connections that it does not go to. */
interface PackageTarget {
  readonly target: string | null;
  readonly rows: readonly DoctorRow[];
}

export const nowhere: PackageTarget = { target: null, rows: [] };

/**
 * The one connection among these whose system has a package. With several of them a person says which: fields that nobody asked for are not
 * easily taken away again.
 */
export function packageTarget(opening: Opening, names: readonly string[]): PackageTarget {
  const takers = names.filter((name) => openConnection(opening, name).installPackage !== undefined);
  const [target, ...others] = takers;
  if (target === undefined) {
    const labels = names.map((name) => `${name} (${connectionOf(opening, name).system.label})`).join(' and ');
    const found = `Nothing to install: ${labels === '' ? 'no sync uses a connection' : `there is no package for ${labels}`}.`;
    return { target: null, rows: [{ check: 'package', ok: true, found, fix: '' }] };
  }
  if (others.length === 0) return { target, rows: [] };
  const row = {
    check: 'package',
    ok: false,
    found: `Nothing was installed: ${takers.join(' and ')} could both take the package.`,
    fix: `Say which one, such as --connection ${target}.`,
  };
  return { target: null, rows: [row] };
}
