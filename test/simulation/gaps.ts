import { type Flow, plain } from './flows.ts';
import type { Edit, Seen } from './ledger.ts';
import type { Rest } from './rest.ts';

/*
 * What these checks let pass (docs/sync-spec.md, Gaps): a create that the vendor was sent twice and that was answered as taken, while the
 * record was edited, removed or merged; a job of Zendesk whose answer was lost and that comes to its work late; a write that is on its way
 * while its source is removed; and what a field that was hidden leaves.
 */

const isTaken = (outcome: string): boolean => /already been taken/.test(outcome);

/** The twin that we made and were refused, of a record that has gone, left or become another one's meanwhile: nobody looks for it before the next sweep. */
export function isLeftByRefusal({ history }: Rest, { row }: Seen): boolean {
  const mark = plain(row.external_id);
  return (
    mark !== '' &&
    history.some(
      ({ do: verb, outcome, fields }) =>
        verb === 'create' && isTaken(outcome) && plain(fields.external_id?.after) === mark,
    )
  );
}

/** Zendesk was at it when the account came back, and its answer had been lost: what was set then is not set back. */
export function isLateArchive({ history }: Rest, { id }: Seen, field: string): boolean {
  return history.some(
    ({ cause, record, outcome, fields }) =>
      cause === 'removal' && record === id && field in fields && outcome.startsWith('unsure'),
  );
}

/** Our own write, whose account was removed before it was settled, counts as the desk's edit, brings the account back, and flows there. */
export function isOwnValueBack(
  { history, ledger }: Rest,
  seen: Seen,
  field: string,
  says: (value: unknown) => boolean,
): boolean {
  const isRestored = history.some(({ do: verb, record }) => verb === 'restore' && record === seen.id);
  return isRestored && ledger.all(`${seen.kind}/${seen.id}`, field).some(({ value }) => says(value));
}

/** A field that was gone and is back is taken for one that was made anew: what is empty by then empties nothing. */
export function isThawed({ isThawed: was }: Rest, flow: Flow, crm: string, desk: string): boolean {
  return was && flow.crm === hideable && (crm === '' || desk === '');
}

/** The account's field that an administrator takes from our user. */
export const hideable = 'Description';

/** What such a create had sent counts as the other side's own value once the two meet. `says`: whether a value is what was taken. */
export function isOfRefusedCreate(
  { history }: Rest,
  edit: Edit,
  field: string,
  says: (value: unknown) => boolean,
): boolean {
  return (
    edit.isRacing &&
    history.some(({ do: verb, outcome, fields }) => verb === 'create' && outcome !== 'ok' && says(fields[field]?.after))
  );
}
