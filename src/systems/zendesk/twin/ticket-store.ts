import { Table } from './table.ts';
import type { Audit, Comment, Ticket } from './ticket-records.ts';
import { Timeline } from './timeline.ts';

/** Tickets with their comments and audits, and what they are found by. Deleted ones stay for the export and the list of deleted ones. */
export class TicketStore {
  readonly table = new Table<Ticket>();
  readonly timeline = new Timeline((id) => this.table.get(id)?.generated);
  readonly audits = new Table<Audit>();
  readonly auditLine = new Timeline((id) => this.audits.get(id)?.created);
  readonly #comments = new Map<number, readonly Comment[]>();
  readonly #auditsOf = new Map<number, readonly number[]>();
  readonly #byExternalId = new Map<string, readonly number[]>();
  readonly #byRequester = new Map<number, Set<number>>();
  readonly #byOrganization = new Map<number, Set<number>>();
  #lastId = 0;
  #live = 0;

  get live(): number {
    return this.#live;
  }

  /** Small and sequential, unlike all other ids. */
  newId(): number {
    return ++this.#lastId;
  }

  get(id: number | null | undefined): Ticket | undefined {
    const found = this.table.get(id);
    return found?.deleted === null ? found : undefined;
  }

  /** Not unique: several tickets may have it. */
  withExternalId(externalId: string): readonly Ticket[] {
    return this.#resolve(this.#byExternalId.get(externalId) ?? []);
  }

  ofRequester(userId: number): readonly Ticket[] {
    return this.#resolve(this.#byRequester.get(userId) ?? []);
  }

  ofOrganization(organizationId: number): readonly Ticket[] {
    return this.#resolve(this.#byOrganization.get(organizationId) ?? []);
  }

  countOfOrganization(organizationId: number): number {
    return this.#byOrganization.get(organizationId)?.size ?? 0;
  }

  put(after: Ticket): Ticket {
    const before = this.table.get(after.id);
    if (before?.deleted === null) this.#drop(before);
    this.table.put(after);
    this.timeline.add(after.generated, after.id, before === undefined);
    if (after.deleted === null) this.#add(after);
    return after;
  }

  commentsOf(ticketId: number): readonly Comment[] {
    return this.#comments.get(ticketId) ?? [];
  }

  auditsOf(ticketId: number): readonly Audit[] {
    const ids = this.#auditsOf.get(ticketId) ?? [];
    return ids.map((id) => this.audits.get(id)).filter((found) => found !== undefined);
  }

  addAudit(audit: Audit): void {
    this.audits.put(audit);
    this.auditLine.add(audit.created, audit.id, true);
    this.#auditsOf.set(audit.ticketId, [...(this.#auditsOf.get(audit.ticketId) ?? []), audit.id]);
    for (const event of audit.events) {
      if (event.type !== 'Comment') continue;
      this.#comments.set(audit.ticketId, [...this.commentsOf(audit.ticketId), event.comment]);
    }
  }

  replaceComment(ticketId: number, after: Comment): void {
    this.#comments.set(
      ticketId,
      this.commentsOf(ticketId).map((comment) => (comment.id === after.id ? after : comment)),
    );
  }

  #add(ticket: Ticket): void {
    this.#live++;
    this.#setOf(this.#byRequester, ticket.requesterId).add(ticket.id);
    if (ticket.organizationId !== null) this.#setOf(this.#byOrganization, ticket.organizationId).add(ticket.id);
    if (ticket.externalId === null) return;
    const others = this.#byExternalId.get(ticket.externalId) ?? [];
    this.#byExternalId.set(ticket.externalId, [...others, ticket.id]);
  }

  #drop(ticket: Ticket): void {
    this.#live--;
    this.#byRequester.get(ticket.requesterId)?.delete(ticket.id);
    if (ticket.organizationId !== null) this.#byOrganization.get(ticket.organizationId)?.delete(ticket.id);
    if (ticket.externalId === null) return;
    const left = (this.#byExternalId.get(ticket.externalId) ?? []).filter((id) => id !== ticket.id);
    if (left.length === 0) this.#byExternalId.delete(ticket.externalId);
    else this.#byExternalId.set(ticket.externalId, left);
  }

  #setOf(index: Map<number, Set<number>>, key: number): Set<number> {
    const found = index.get(key) ?? new Set<number>();
    index.set(key, found);
    return found;
  }

  #resolve(ids: Iterable<number>): readonly Ticket[] {
    const found = [...ids].map((id) => this.get(id)).filter((ticket) => ticket !== undefined);
    return found.sort((a, b) => a.id - b.id);
  }
}
