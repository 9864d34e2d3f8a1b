import { IdIndex } from './id-index.ts';
import { SortedMap } from './sorted-map.ts';
import { Table } from './table.ts';
import type { Audit, Comment, Ticket } from './ticket-records.ts';
import { Timeline } from './timeline.ts';

/** Tickets with their audits, and what they are found by. Deleted ones stay for the export and the list of deleted ones. */
export class TicketStore {
  readonly table = new Table<Ticket>();
  readonly timeline = new Timeline((id) => this.table.get(id)?.generated);
  readonly audits = new Table<Audit>();
  readonly auditLine = new Timeline((id) => this.audits.get(id)?.created);
  readonly #auditsOf = new IdIndex<number>(new SortedMap());
  readonly #byExternalId = new IdIndex<string>();
  readonly #byRequester = new IdIndex<number>();
  readonly #byOrganization = new IdIndex<number>();
  readonly #byAssignee = new IdIndex<number>();
  readonly #byProblem = new IdIndex<number>();
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
    return this.#resolve(this.#byExternalId.get(externalId));
  }

  ofRequester(userId: number): readonly Ticket[] {
    return this.#resolve(this.#byRequester.get(userId));
  }

  ofAssignee(userId: number): readonly Ticket[] {
    return this.#resolve(this.#byAssignee.get(userId));
  }

  ofOrganization(organizationId: number): readonly Ticket[] {
    return this.#resolve(this.#byOrganization.get(organizationId));
  }

  countOfOrganization(organizationId: number): number {
    return this.#byOrganization.count(organizationId);
  }

  incidentsOf(problemId: number): readonly Ticket[] {
    return this.#resolve(this.#byProblem.get(problemId));
  }

  countIncidentsOf(problemId: number): number {
    return this.#byProblem.count(problemId);
  }

  put(after: Ticket): Ticket {
    const before = this.table.get(after.id);
    const was = before?.deleted === null ? before : null;
    const is = after.deleted === null ? after : null;
    this.#live += (is === null ? 0 : 1) - (was === null ? 0 : 1);
    this.#byRequester.move(after.id, was?.requesterId, is?.requesterId);
    this.#byAssignee.move(after.id, was?.assigneeId, is?.assigneeId);
    this.#byOrganization.move(after.id, was?.organizationId, is?.organizationId);
    this.#byProblem.move(after.id, was?.problemId, is?.problemId);
    this.#byExternalId.move(after.id, was?.externalId, is?.externalId);
    this.table.put(after);
    this.timeline.add(after.generated, after.id, before === undefined);
    return after;
  }

  auditsOf(ticketId: number): readonly Audit[] {
    const ids = this.#auditsOf.get(ticketId);
    return ids.map((id) => this.audits.get(id)).filter((found) => found !== undefined);
  }

  commentsOf(ticketId: number): readonly Comment[] {
    return this.auditsOf(ticketId)
      .map((audit) => audit.comment)
      .filter((comment) => comment !== null);
  }

  addAudit(audit: Audit): void {
    this.audits.put(audit);
    this.auditLine.add(audit.created, audit.id, true);
    this.#auditsOf.add(audit.ticketId, audit.id);
  }

  replaceComment(after: Comment): void {
    const audit = this.audits.get(after.auditId);
    if (audit !== undefined) this.audits.put({ ...audit, comment: after });
  }

  #resolve(ids: readonly number[]): readonly Ticket[] {
    const found = ids.map((id) => this.get(id)).filter((ticket) => ticket !== undefined);
    return found.sort((a, b) => a.id - b.id);
  }
}
