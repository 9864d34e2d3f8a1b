import type { SyncConfig } from './schema.ts';
import type { Path } from './source.ts';

/** Something that the schema knows and that this version does not do yet. */
export interface NotYet {
  readonly path: Path;
  readonly problem: string;
  readonly fix: string;
}

/** Everything in a sync that asks for more than this version does: it is refused, since to ignore it would be worse. */
export function notYet(sync: SyncConfig): readonly NotYet[] {
  const found: NotYet[] = [];
  const refuse = (path: Path, what: string, then: string): void => {
    found.push({ path, problem: `${what} is not in this version yet.`, fix: `Leave it out; ${then}.` });
  };
  sync.references?.forEach((reference, index) => {
    if (reference.secondary !== undefined)
      refuse(['references', index, 'secondary'], '"secondary" of a reference', 'one organization is carried');
  });
  return found;
}
