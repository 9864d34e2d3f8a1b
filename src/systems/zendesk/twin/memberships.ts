import type { Account, Doer } from './account.ts';
import type { JsonObject } from './json.ts';
import type { Membership, User } from './records.ts';
import { invalid } from './refusal.ts';
import { iso } from './stamps.ts';
import { membershipEvent } from './webhook-events.ts';

/**
 * Who belongs to which organization. A user's `organization_id` is that of the default membership; the first becomes the default.
 * Source: Zendesk, "Organization memberships".
 */
export function membershipBody(account: Account, membership: Membership, base: string): JsonObject {
  return {
    url: `${base}/api/v2/organization_memberships/${membership.id}.json`,
    id: membership.id,
    user_id: membership.userId,
    organization_id: membership.organizationId,
    organization_name: account.organizations.get(membership.organizationId)?.name ?? null,
    // Recorded traffic shows a membership that is not the default as null, not as false.
    default: membership.isDefault ? true : null,
    view_tickets: membership.viewTickets,
    created_at: iso(membership.created),
    updated_at: iso(membership.updated),
  };
}

export function addMembership(
  account: Account,
  doer: Doer,
  user: User,
  organizationId: number,
  more: { readonly asDefault?: boolean; readonly viewTickets?: boolean } = {},
): Membership {
  if (account.organizations.get(organizationId) === undefined) {
    throw invalid({
      field: 'organization_id',
      error: 'InvalidValue',
      label: 'organization',
      sentence: 'invalid',
      value: organizationId,
    });
  }
  const mine = account.users.membershipsOf(user.id);
  if (mine.some((membership) => membership.organizationId === organizationId)) {
    throw invalid({ field: 'user_id', error: 'DuplicateValue', label: null, sentence: 'userTaken' });
  }
  const isDefault = mine.length === 0 || more.asDefault === true;
  const membership: Membership = {
    id: account.newId(),
    userId: user.id,
    organizationId,
    isDefault,
    viewTickets: more.viewTickets ?? true,
    created: account.now,
    updated: account.now,
  };
  if (isDefault) undefault(account, mine);
  account.users.putMembership(membership);
  account.webhooks.announce(membershipEvent(account, 'created', membership));
  if (isDefault) pointTo(account, user.id, organizationId, doer);
  return membership;
}

/** Where the default goes, the oldest one left becomes the default. */
export function removeMembership(account: Account, membership: Membership, doer: Doer): void {
  account.users.removeMembership(membership);
  account.webhooks.announce(membershipEvent(account, 'deleted', membership));
  if (!membership.isDefault) return;
  const [next] = account.users.membershipsOf(membership.userId);
  if (next) account.users.putMembership({ ...next, isDefault: true, updated: account.now });
  pointTo(account, membership.userId, next?.organizationId ?? null, doer);
}

export function makeDefault(account: Account, membership: Membership, doer: Doer): Membership {
  undefault(account, account.users.membershipsOf(membership.userId));
  const after = { ...membership, isDefault: true, updated: account.now };
  account.users.putMembership(after);
  pointTo(account, membership.userId, membership.organizationId, doer);
  return after;
}

/** Writing `organization_id` on a user wipes all other memberships. */
export function replaceMemberships(account: Account, doer: Doer, user: User, organizationId: number | null): void {
  const mine = account.users.membershipsOf(user.id);
  for (const membership of mine) {
    if (membership.organizationId === organizationId) continue;
    account.users.removeMembership(membership);
    account.webhooks.announce(membershipEvent(account, 'deleted', membership));
  }
  const kept = account.users.membershipsOf(user.id)[0];
  if (kept) account.users.putMembership({ ...kept, isDefault: true });
  else if (organizationId !== null) {
    const membership: Membership = {
      id: account.newId(),
      userId: user.id,
      organizationId,
      isDefault: true,
      viewTickets: true,
      created: account.now,
      updated: account.now,
    };
    account.users.putMembership(membership);
    account.webhooks.announce(membershipEvent(account, 'created', membership));
  }
  pointTo(account, user.id, organizationId, doer);
}

function undefault(account: Account, memberships: readonly Membership[]): void {
  for (const other of memberships) {
    if (other.isDefault) account.users.putMembership({ ...other, isDefault: false, updated: account.now });
  }
}

function pointTo(account: Account, userId: number, organizationId: number | null, doer: Doer): void {
  const user = account.users.get(userId);
  if (user === undefined || user.organizationId === organizationId) return;
  const stamps = account.switches.membershipTouchesUser ? { updated: account.now, generated: account.now } : {};
  account.saveUser({ ...user, organizationId, ...stamps }, doer);
}
