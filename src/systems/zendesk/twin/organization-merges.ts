import type { Account, Doer } from './account.ts';
import type { JsonObject } from './json.ts';
import { addMembership, removeMembership } from './memberships.ts';
import type { Organization } from './records.ts';
import { forbidden, invalid } from './refusal.ts';

/**
 * Users, tickets and domain names move to the winner, nothing else does; the loser is deleted. It happens a little later and cannot be
 * undone. Source: Zendesk, "Merge Organization With Another Organization".
 */
export interface OrganizationMerge {
  readonly id: string;
  readonly loserId: number;
  readonly winnerId: number;
  status: 'new' | 'in_progress' | 'complete' | 'error';
}

export function mergeOrganizations(
  account: Account,
  doer: Doer,
  loser: Organization,
  winner: Organization,
): OrganizationMerge {
  if (doer.user.role !== 'admin') throw forbidden();
  if (loser.id === winner.id) {
    throw invalid({
      field: 'base',
      error: 'InvalidValue',
      label: 'organization',
      sentence: 'invalid',
      value: loser.id,
    });
  }
  const merge: OrganizationMerge = {
    id: account.newUlid(),
    loserId: loser.id,
    winnerId: winner.id,
    status: 'new',
  };
  account.organizationMerges.set(merge.id, merge);
  const { jobMs } = account.switches;
  const lastsMs = typeof jobMs === 'number' ? jobMs : account.chance.between(jobMs[0], jobMs[1]);
  account.agenda.add(account.nowMs + lastsMs * 0.3, () => {
    merge.status = 'in_progress';
  });
  account.agenda.add(account.nowMs + lastsMs, () => carryOut(account, doer, merge));
  return merge;
}

function carryOut(account: Account, doer: Doer, merge: OrganizationMerge): void {
  const loser = account.organizations.get(merge.loserId);
  const winner = account.organizations.get(merge.winnerId);
  if (loser === undefined || winner === undefined) {
    merge.status = 'error';
    return;
  }
  for (const membership of account.users.membersOf(loser.id)) {
    const user = account.users.get(membership.userId);
    const isMember = account.users.membershipsOf(membership.userId).some((other) => other.organizationId === winner.id);
    if (user !== undefined && !isMember) {
      addMembership(account, doer, user, winner.id, { asDefault: membership.isDefault });
    }
    const current = account.users.memberships.get(membership.id);
    if (current !== undefined) removeMembership(account, current, doer);
  }
  for (const ticket of account.desk.tickets.ofOrganization(loser.id)) {
    account.saveTicket({ ...ticket, organizationId: winner.id, generated: account.now }, doer, null);
  }
  const stamps = { updated: account.now, generated: account.now };
  const domains = [...new Set([...winner.domains, ...loser.domains])];
  account.saveOrganization({ ...loser, deleted: account.now, ...stamps }, doer);
  account.saveOrganization({ ...winner, domains, ...stamps }, doer);
  merge.status = 'complete';
}

export function mergeBody(merge: OrganizationMerge, base: string): JsonObject {
  return {
    id: merge.id,
    loser_id: merge.loserId,
    winner_id: merge.winnerId,
    status: merge.status,
    url: `${base}/api/v2/organization_merges/${merge.id}.json`,
  };
}
