import { IdIndex } from './id-index.ts';
import { fold } from './organization-store.ts';
import type { Identity, Membership, User } from './records.ts';
import { SortedMap } from './sorted-map.ts';
import { Table } from './table.ts';
import { Timeline } from './timeline.ts';

/** Users, their identities and their memberships of organizations. Deleted users stay readable by id; they own no identity any more. */
export class UserStore {
  readonly table = new Table<User>();
  readonly timeline = new Timeline((id) => this.table.get(id)?.generated);
  readonly memberships = new Table<Membership>();
  readonly #byExternalId = new Map<string, number>();
  readonly #identities = new SortedMap<Identity | readonly Identity[]>();
  /** By type, value without case → the user: a value exists once over all users' identities. */
  readonly #byIdentity = new Map<string, Map<string, number>>();
  readonly #membershipsOfUser = new IdIndex<number>(new SortedMap());
  readonly #membershipsOfOrganization = new IdIndex<number>();
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
    return this.table.get(this.#byIdentity.get(type)?.get(fold(value)));
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
    const found = this.#identities.get(userId);
    return found === undefined ? [] : 'id' in found ? [found] : found;
  }

  /** Replaces all identities of a user. */
  setIdentities(userId: number, identities: readonly Identity[]): void {
    for (const { type, value } of this.identitiesOf(userId)) this.#byIdentity.get(type)?.delete(fold(value));
    for (const { type, value } of identities) {
      const ofType = this.#byIdentity.get(type) ?? new Map<string, number>();
      this.#byIdentity.set(type, ofType.set(fold(value), userId));
    }
    // Most users have one, which needs no list.
    const [only] = identities;
    if (only === undefined) this.#identities.delete(userId);
    else this.#identities.set(userId, identities.length === 1 ? only : identities);
  }

  membershipsOf(userId: number): readonly Membership[] {
    return this.#resolve(this.#membershipsOfUser.get(userId));
  }

  membersOf(organizationId: number): readonly Membership[] {
    const ids = [...this.#membershipsOfOrganization.get(organizationId)];
    return this.#resolve(ids.sort((a, b) => a - b));
  }

  memberCount(organizationId: number): number {
    return this.#membershipsOfOrganization.count(organizationId);
  }

  putMembership(membership: Membership): void {
    if (!this.memberships.has(membership.id)) {
      this.#membershipsOfUser.add(membership.userId, membership.id);
      this.#membershipsOfOrganization.add(membership.organizationId, membership.id);
    }
    this.memberships.put(membership);
  }

  removeMembership(membership: Membership): void {
    this.memberships.remove(membership.id);
    this.#membershipsOfUser.drop(membership.userId, membership.id);
    this.#membershipsOfOrganization.drop(membership.organizationId, membership.id);
  }

  #resolve(ids: readonly number[]): readonly Membership[] {
    return ids.map((id) => this.memberships.get(id)).filter((found) => found !== undefined);
  }
}
