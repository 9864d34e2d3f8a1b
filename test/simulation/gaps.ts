import { type Flow, plain } from './flows.ts';
import { type Seen, watched } from './ledger.ts';
import type { Couple, Rest } from './rest.ts';

/*
 * What these checks let pass (docs/sync-spec.md, Gaps): a field that was emptied before it was hidden, or while it was;
 * and a create that was sent twice, of which the second copy is done after a person, or our undo, has removed what the first one had made, or after who had
 * the name for which the first one was refused has got another one;
 * and a membership in the organization that an account has got after it was parted from another one.
 */

/** The account's field that an administrator takes from our user. */
export const hideable = 'Description';

/** A field that was gone and is back is taken for one that was made anew: where it is empty by then, it empties nothing. */
export function isThawed({ isThawed: was }: Rest, flow: Flow, crm: string): boolean {
  return was && flow.crm === hideable && crm === '';
}

/** The second copy of a create came to its turn when a person, or our undo, had removed what the first one had made, so that the vendor took its key. */
export function isMadeAgain({ history, ledger }: Rest, { kind, row }: Seen): boolean {
  const mark = plain(row.external_id);
  return (
    mark !== '' &&
    history.some(
      ({ do: verb, outcome, record, fields }) =>
        verb === 'create' &&
        outcome === 'ok' &&
        plain(fields.external_id?.after) === mark &&
        (ledger.wasGone(`${kind}/${record}`) ||
          history.some((each) => each.do === 'remove' && each.cause === 'undo' && each.record === record)),
    )
  );
}

/**
 * The second copy of a create came to its turn after we had heard that the first one was refused, because its name was taken: the record met
 * who had that, and renamed it. Where records of that kind are looked for a twin, this one is held.
 */
export function isMadeLate({ pairs, history, holds }: Rest, { kind, id, row }: Seen): boolean {
  const mark = plain(row.external_id);
  const madeAt = Date.parse(plain(row.created_at)) + vendorClockMs;
  const isTold =
    holds.some(({ desk }) => desk === id) || !pairs.some(({ desk, isTwoWay }) => desk === kind && isTwoWay);
  return (
    mark !== '' &&
    isTold &&
    history.some(
      ({ do: verb, outcome, at, fields }) =>
        verb === 'create' && outcome.startsWith('stale') && plain(fields.external_id?.after) === mark && at <= madeAt,
    )
  );
}
/** Zendesk tells whole seconds. */
const vendorClockMs = 1000;

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
