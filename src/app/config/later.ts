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
  if (sync.filter?.leave === 'remove')
    refuse(
      ['filter', 'leave'],
      'leave: remove',
      'leave: keep applies: a record that leaves the filter stays linked and is left alone',
    );
  sync.references?.forEach((reference, index) => {
    for (const key of ['create', 'writeBack', 'secondary'] as const)
      if (reference[key] !== undefined)
        refuse(
          ['references', index, key],
          `"${key}" of a reference`,
          'records that are pointed to are created by the sync that is named, with its own write-back',
        );
  });
  if (sync.drift === 'restore')
    refuse(
      ['drift'],
      'drift: restore',
      'drift: report applies: an edit of a one-way target stays until its source moves',
    );
  for (const side of ['crm', 'desk'] as const)
    if (sync.remove?.[side] !== undefined && sync.remove[side] !== 'keep')
      refuse(
        ['remove', side],
        'Removing records on the other side ("remove")',
        'keep applies: a removal is never carried over',
      );
  if (sync.recreate !== undefined && sync.recreate.length > 0)
    refuse(['recreate'], 'Creating deleted records again ("recreate")', 'a record that was deleted stays deleted');
  if (sync.brake !== undefined)
    refuse(
      ['brake'],
      'The brake on mass changes ("brake")',
      'removals are never carried over; try a new mapping on a few records first, with a filter',
    );
  return found;
}
