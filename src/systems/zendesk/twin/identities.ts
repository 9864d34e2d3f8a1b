import type { Account, Doer } from './account.ts';
import { flagOf, type JsonObject, textOf } from './json.ts';
import type { Identity, User } from './records.ts';
import { badAttribute, invalid, notFound } from './refusal.ts';
import { iso } from './stamps.ts';
import { identityEvents } from './webhook-events.ts';

/**
 * Addresses and numbers of users. A value exists once in the account, over all users' identities, secondary ones and suspended users
 * included. Source: Zendesk, "User identities".
 */
export const identityTypes = [
  'email',
  'twitter',
  'facebook',
  'google',
  'phone_number',
  'agent_forwarding',
  'any_channel',
  'foreign',
  'sdk',
  'messaging',
  'microsoft',
] as const;

export function identityBody(identity: Identity, base: string): JsonObject {
  return {
    url: `${base}/api/v2/users/${identity.userId}/identities/${identity.id}.json`,
    id: identity.id,
    user_id: identity.userId,
    type: identity.type,
    value: identity.value,
    verified: identity.verified,
    primary: identity.primary,
    created_at: iso(identity.created),
    updated_at: iso(identity.updated),
    ...(identity.type === 'email'
      ? { undeliverable_count: 0, deliverable_state: deliverableState(identity.value) }
      : {}),
    ...(identity.method === null ? {} : { verification_method: identity.method }),
  };
}

function deliverableState(address: string): string {
  if (/@(.+\.)?example(\.\w+)?$/.test(address)) return 'reserved_example';
  if (/^mailer-daemon@/.test(address)) return 'mailer_daemon';
  return /^(no-?reply|postmaster)@/.test(address) ? 'machine' : 'deliverable';
}

export function isAddress(text: string): boolean {
  return /^[^\s@,;<>()]+@[^\s@,;<>()]+\.[^\s@,;<>().]+$/.test(text);
}

/** The primary of a type first, then the oldest. */
export function identitiesOf(account: Account, userId: number): readonly Identity[] {
  return [...account.users.identitiesOf(userId)].sort((a, b) => Number(b.primary) - Number(a.primary) || a.id - b.id);
}

export function addIdentity(account: Account, doer: Doer, user: User, body: JsonObject): Identity {
  const type = textOf(body.type) ?? '';
  const value = (textOf(body.value) ?? '').trim();
  checkValue(account, user, type, value);
  const method = textOf(body.verification_method) ?? null;
  if (method !== null && method !== 'none' && method !== 'low') {
    throw badAttribute('verification_method', 'must be none or low');
  }
  const mine = account.users.identitiesOf(user.id);
  const ofType = mine.filter((other) => other.type === type);
  const isPrimary = ofType.length === 0 || flagOf(body.primary) === true;
  const identity: Identity = {
    id: account.newId(),
    userId: user.id,
    type,
    value: type === 'email' ? value.toLowerCase() : value,
    verified: flagOf(body.verified) ?? false,
    primary: isPrimary,
    created: account.now,
    updated: account.now,
    method,
  };
  const others = isPrimary ? mine.map((other) => (other.type === type ? { ...other, primary: false } : other)) : mine;
  settle(account, doer, user, [...others, identity]);
  return identity;
}

export function makePrimary(account: Account, doer: Doer, user: User, identity: Identity): void {
  const after = account.users.identitiesOf(user.id).map((other) => {
    if (other.type !== identity.type) return other;
    if (other.id === identity.id) return { ...other, primary: true, updated: account.now };
    return other.primary ? { ...other, primary: false, updated: account.now } : other;
  });
  settle(account, doer, user, after);
}

/** Edits a value or marks it verified; `primary` is for creates alone and is ignored here. */
export function updateIdentity(account: Account, doer: Doer, user: User, before: Identity, body: JsonObject): Identity {
  const value = (textOf(body.value) ?? before.value).trim();
  if (value.toLowerCase() !== before.value.toLowerCase()) checkValue(account, user, before.type, value);
  const after = {
    ...before,
    value: before.type === 'email' ? value.toLowerCase() : value,
    verified: flagOf(body.verified) ?? before.verified,
    updated: account.now,
  };
  const all = account.users.identitiesOf(user.id).map((other) => (other.id === before.id ? after : other));
  settle(account, doer, user, all);
  return after;
}

export function removeIdentity(account: Account, doer: Doer, user: User, identity: Identity): void {
  const left = account.users.identitiesOf(user.id).filter((other) => other.id !== identity.id);
  const heir = identity.primary ? left.find((other) => other.type === identity.type) : undefined;
  settle(
    account,
    doer,
    user,
    heir === undefined ? left : left.map((other) => (other === heir ? { ...other, primary: true } : other)),
  );
}

export function findIdentity(account: Account, user: User, id: number): Identity {
  const found = account.users.identitiesOf(user.id).find((identity) => identity.id === id);
  if (found === undefined) throw notFound();
  return found;
}

function checkValue(account: Account, user: User, type: string, value: string): void {
  if (!identityTypes.some((known) => known === type)) {
    throw invalid({ field: 'type', error: 'InvalidValue', label: 'type', sentence: 'notListed', value: type });
  }
  if (value === '') throw invalid({ field: 'value', error: 'BlankValue', label: 'value', sentence: 'blank' });
  if (type === 'email' && !isAddress(value)) {
    throw invalid({ field: 'value', error: 'InvalidFormat', label: 'value', sentence: 'notFormatted', value });
  }
  const holder = account.users.withIdentity(type, value);
  if (holder === undefined) return;
  const sentence = holder.id === user.id ? 'taken' : 'inUse';
  throw invalid({ field: 'value', error: 'DuplicateValue', label: 'value', sentence, value });
}

/** Keeps the identities and what the user shows of them: the primary address, and whether it is verified. */
export function settle(account: Account, doer: Doer, user: User, identities: readonly Identity[]): void {
  const earlier = account.users.identitiesOf(user.id);
  account.users.setIdentities(user.id, identities);
  const before = account.users.get(user.id) ?? user;
  const address = identities.find((identity) => identity.type === 'email' && identity.primary);
  const after = { ...before, email: address?.value ?? null, verified: address?.verified ?? before.verified };
  const isSame = after.email === before.email && after.verified === before.verified;
  const stamps = account.switches.identityTouchesUser ? { updated: account.now, generated: account.now } : {};
  if (!isSame || account.switches.identityTouchesUser) account.saveUser({ ...after, ...stamps }, doer);
  account.webhooks.announce(identityEvents(account, after, earlier, identities));
}
