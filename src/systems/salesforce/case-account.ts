import type { Operation } from '../../model/operation.ts';
import { attempt, chunks } from '../kit/attempt.ts';
import type { Api } from './api.ts';
import { pageSize } from './objects.ts';
import { idOf } from './records.ts';

/**
 * The account of a case. Salesforce takes over the contact's account where a case has none (Object Reference, "Case"): an account that nobody
 * gave, and that says of a ticket what its organization does not. So wherever a contact is written, the account is sent with it, also as none.
 */
export async function withAccounts(
  api: Pick<Api, 'retrieve'>,
  operations: readonly Operation[],
): Promise<readonly Operation[]> {
  const ids = operations.flatMap((one) => (one.do === 'update' && namesContactAlone(one) ? [one.ref.id] : []));
  const without = await withoutAccount(api, ids);
  return operations.map((one): Operation => {
    if (!namesContactAlone(one)) return one;
    // Of an update, a case that has an account keeps it.
    if (one.do === 'update' && !without.has(one.ref.id)) return one;
    return { ...one, fields: { ...one.fields, AccountId: null } };
  });
}

type Writing = Extract<Operation, { readonly do: 'create' | 'update' }>;

function namesContactAlone(one: Operation): one is Writing {
  if (one.do !== 'create' && one.do !== 'update') return false;
  const object = one.do === 'create' ? one.object : one.ref.object;
  return object === 'Case' && typeof one.fields.ContactId === 'string' && !('AccountId' in one.fields);
}

/** Those of the cases that have no account now. One that cannot be read is written as it was asked for. */
async function withoutAccount(api: Pick<Api, 'retrieve'>, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const few of chunks(ids, pageSize)) {
    const rows = await attempt(() => api.retrieve('Case', few, ['Id', 'AccountId']));
    for (const row of rows.ok ? rows.value.records : []) if (row?.AccountId === null) found.add(idOf(row));
  }
  return found;
}
