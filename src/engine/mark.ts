import { other, type Side } from '../model/record.ts';
import { type SyncSetup, sideOf } from '../model/sync.ts';

/**
 * Our key for a record that we create on `side`, made from the record it comes from: always the same for the same record, so that a
 * second try with it is refused by the vendor or finds the first. `id`: the source's id alone, as the vendors' own tools write it
 * (Zendesk `external_id` = Salesforce id of 18 characters, which are safe where letter case does not count).
 * `full`: `zendesk:acme:360001`, unique even where several accounts feed one.
 */
export function markFor(setup: SyncSetup, side: Side, sourceId: string): string | null {
  const mark = setup.mark[side];
  if (!mark) return null;
  const source = sideOf(setup, other(side));
  return mark.style === 'id' ? sourceId : `${source.system}:${source.account}:${sourceId}`;
}

/** The id of the record that a mark on `side` names; null where it is no mark of ours. */
export function markedId(setup: SyncSetup, side: Side, mark: string): string | null {
  const { style } = setup.mark[side] ?? {};
  if (style === 'id') return mark === '' ? null : mark;
  const source = sideOf(setup, other(side));
  const begin = `${source.system}:${source.account}:`;
  return style === 'full' && mark.startsWith(begin) && mark.length > begin.length ? mark.slice(begin.length) : null;
}
