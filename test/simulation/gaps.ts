import { type Flow, plain } from './flows.ts';
import { type Seen, watched } from './ledger.ts';
import type { Couple, Rest } from './rest.ts';

/*
 * What these checks let pass (docs/sync-spec.md, Gaps): a field that was emptied before it was hidden, or while it was, or whose twin an
 * undo has put back then;
 * and a create that was sent twice, of which the second copy is done after a person has removed what the first one had made;
 * and a membership in the organization that an account has got after it was parted from another one.
 */

/** The account's field that an administrator takes from our user. */
export const hideable = 'Description';

/** A field that was gone and is back is taken for one that was made anew: where it is empty by then, it empties nothing. */
export function isThawed({ isThawed: was }: Rest, flow: Flow, crm: string): boolean {
  return was && flow.crm === hideable && crm === '';
}

/** While a field was hidden no rule carried it: what an undo has put back then stays without a hold, as drift, until its source is edited. */
export function isUndoneUnseen(
  { isThawed: was, history, ledger }: Rest,
  { link, crm, desk }: Couple,
  flow: Flow,
): boolean {
  const moved = [ledger.last(`${crm.kind}/${crm.id}`, flow.crm), ledger.last(`${desk.kind}/${desk.id}`, flow.desk)];
  const since = Math.max(...moved.map((edit) => edit?.at ?? 0));
  return (
    was &&
    flow.crm === hideable &&
    history.some(
      (row) => row.cause === 'undo' && row.link === link.id && row.at >= since && flow[row.side] in row.fields,
    )
  );
}

/** The second copy of a create came to its turn when a person had removed what the first one had made, so that the vendor took its key. */
export function isMadeAgain({ history, ledger }: Rest, { kind, row }: Seen): boolean {
  const mark = plain(row.external_id);
  return (
    mark !== '' &&
    history.some(
      ({ do: verb, outcome, record, fields }) =>
        verb === 'create' &&
        outcome === 'ok' &&
        plain(fields.external_id?.after) === mark &&
        ledger.wasGone(`${kind}/${record}`),
    )
  );
}

/** The organization that the user was put into has been parted from its account: contacts follow that one once anybody touches them. */
export function isToFollow({ history, ledger }: Rest, { link, crm, desk }: Couple, account: Couple): boolean {
  const put = history.filter((row) => row.link === link.id && row.outcome === 'ok' && row.fields.organization_id);
  const [last] = put.sort((a, b) => b.at - a.at);
  const had = plain(last?.fields.organization_id?.after);
  const parted = history.find((row) => row.do === 'unlink' && row.record === had && had !== account.desk.id);
  const isTouched = [crm, desk].some(({ kind, id }) =>
    watched[kind].some((field) => (ledger.last(`${kind}/${id}`, field)?.at ?? 0) >= (parted?.at ?? 0)),
  );
  return parted !== undefined && !isTouched;
}
