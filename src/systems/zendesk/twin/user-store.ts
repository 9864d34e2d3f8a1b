import { fold } from './organization-store.ts';
import type { Identity, Membership, User } from './records.ts';
import { Table } from './table.ts';
import { Timeline } from './timeline.ts';

/** Users, their identities and their memberships of organizations. Deleted users stay readable by id; they own no identity any more. */
export class UserStore {
  readonly table = new Table<User>();
  readonly timeline = new Timeline((id) => this.table.get(id)?.generated);
  readonly memberships = new Table<Membership>();
  readonly #byExternalId = new Map<string, number>();
  readonly #identities = new Map<number, readonly Identity[]>();
  /** Type and value without case → the user: a value exists once over all users' identities. */
  readonly #byIdentity = new Map<string, number>();
  readonly #membershipsOfUser = new Map<number, readonly number[]>();
  readonly #membershipsOfOrganization = new Map<number, Set<number>>();
  #active = 0;

  get active(): number {
    return this.#active;
  }

  get(id: number | null | undefined): User | undefined {
    return this.table.get(id);
  }

  getActive(id: number | null | undefined): User | undefined {
    const found = this.table.get(id);
    return found?.active ? found : undefined;
  }

  withExternalId(externalId: string): User | undefined {
    return this.table.get(this.#byExternalId.get(fold(externalId)));
  }

  withIdentity(type: string, value: string): User | undefined {
    return this.table.get(this.#byIdentity.get(`${type}:${fold(value)}`));
  }

  put(after: User): User {
    const before = this.table.get(after.id);
    if (before?.externalId) this.#byExternalId.delete(fold(before.externalId));
    this.table.put(after);
    this.timeline.add(after.generated, after.id, before === undefined);
    if (after.externalId !== null) this.#byExternalId.set(fold(after.externalId), after.id);
    this.#active += (after.active ? 1 : 0) - (before?.active ? 1 : 0);
    return after;
  }

  identitiesOf(userId: number): readonly Identity[] {
    return this.#identities.get(userId) ?? [];
  }

  /** Replaces all identities of a user. */
  setIdentities(userId: number, identities: readonly Identity[]): void {
    for (const identity of this.identitiesOf(userId))
      this.#byIdentity.delete(`${identity.type}:${fold(identity.value)}`);
    for (const identity of identities) this.#byIdentity.set(`${identity.type}:${fold(identity.value)}`, userId);
    if (identities.length === 0) this.#identities.delete(userId);
    else this.#identities.set(userId, identities);
  }

  membershipsOf(userId: number): readonly Membership[] {
    const ids = this.#membershipsOfUser.get(userId) ?? [];
    return ids.map((id) => this.memberships.get(id)).filter((found) => found !== undefined);
  }

  /** Ids of memberships. */
  membersOf(organizationId: number): readonly Membership[] {
    const ids = [...(this.#membershipsOfOrganization.get(organizationId) ?? [])].sort((a, b) => a - b);
    return ids.map((id) => this.memberships.get(id)).filter((found) => found !== undefined);
  }

  memberCount(organizationId: number): number {
    return this.#membershipsOfOrganization.get(organizationId)?.size ?? 0;
  }

  putMembership(membership: Membership): void {
    if (!this.memberships.has(membership.id)) {
      const mine = this.#membershipsOfUser.get(membership.userId) ?? [];
      this.#membershipsOfUser.set(membership.userId, [...mine, membership.id]);
      const members = this.#membershipsOfOrganization.get(membership.organizationId) ?? new Set();
      this.#membershipsOfOrganization.set(membership.organizationId, members.add(membership.id));
    }
    this.memberships.put(membership);
  }

  removeMembership(membership: Membership): void {
    this.memberships.remove(membership.id);
    const left = (this.#membershipsOfUser.get(membership.userId) ?? []).filter((id) => id !== membership.id);
    if (left.length === 0) this.#membershipsOfUser.delete(membership.userId);
    else this.#membershipsOfUser.set(membership.userId, left);
    const members = this.#membershipsOfOrganization.get(membership.organizationId);
    members?.delete(membership.id);
    if (members?.size === 0) this.#membershipsOfOrganization.delete(membership.organizationId);
  }
}
