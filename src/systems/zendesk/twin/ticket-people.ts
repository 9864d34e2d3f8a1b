import type { Account, Doer } from './account.ts';
import { idOf, isList, isObject, type Json, type JsonObject, textOf, unique } from './json.ts';
import type { User } from './records.ts';
import { invalid } from './refusal.ts';
import type { Ticket } from './ticket-records.ts';
import { createUser } from './users.ts';

/** By id, or by name and address: somebody unknown becomes a new end user. */
export function requesterOf(account: Account, doer: Doer, body: JsonObject): User | undefined {
  const id = idOf(body.requester_id);
  if (id !== undefined && id !== null) {
    const user = account.users.getActive(id);
    if (user === undefined) {
      throw invalid({ field: 'requester', error: 'InvalidValue', label: 'requester', sentence: 'invalid', value: id });
    }
    return user;
  }
  return isObject(body.requester) ? personOf(account, doer, body.requester) : undefined;
}

function personOf(account: Account, doer: Doer, given: JsonObject): User {
  const email = textOf(given.email) ?? textOf(given.user_email) ?? '';
  const known = email === '' ? undefined : account.users.withIdentity('email', email);
  if (known !== undefined) return known;
  const name = textOf(given.name) ?? textOf(given.user_name) ?? email.split('@')[0] ?? '';
  return createUser(account, doer, { name, ...(email === '' ? {} : { email }) });
}

export function assigneeOf(account: Account, before: Ticket, body: JsonObject): number | null {
  const email = textOf(body.assignee_email) ?? '';
  const wanted = email === '' ? idOf(body.assignee_id) : (account.users.withIdentity('email', email)?.id ?? 0);
  if (wanted === undefined) return before.assigneeId;
  if (wanted === null) return null;
  const user = account.users.getActive(wanted);
  if (user === undefined || user.role === 'end-user') {
    throw invalid({ field: 'assignee', error: 'InvalidValue', label: 'assignee', sentence: 'invalid', value: wanted });
  }
  return wanted;
}

export function peopleOf(
  account: Account,
  doer: Doer,
  before: readonly number[],
  all: Json | undefined,
  added: Json | undefined,
): readonly number[] {
  const resolve = (given: Json): readonly number[] => {
    const id = idOf(given);
    if (typeof id === 'number') return account.users.getActive(id) === undefined ? [] : [id];
    if (typeof given === 'string' && given.includes('@')) return [personOf(account, doer, { email: given }).id];
    return isObject(given) ? [personOf(account, doer, given).id] : [];
  };
  const kept = isList(all) ? all.flatMap(resolve) : before;
  return isList(added) ? unique([...kept, ...added.flatMap(resolve)]) : unique(kept);
}

/** `[{"user_id" or "user_email", "action": "put" or "delete"}]`. */
export function followersOf(
  account: Account,
  doer: Doer,
  before: readonly number[],
  ids: Json | undefined,
  changes: Json | undefined,
): readonly number[] {
  let kept: readonly number[] = isList(ids) ? ids.map(Number).filter((id) => account.users.getActive(id)) : before;
  if (!isList(changes)) return kept;
  for (const change of changes.filter(isObject)) {
    const id = idOf(change.user_id) ?? personOf(account, doer, change).id;
    kept = change.action === 'delete' ? kept.filter((other) => other !== id) : unique([...kept, id]);
  }
  return kept;
}
