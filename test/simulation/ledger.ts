import type { Row } from '../journeys/harness.ts';

/** The case field that has the ticket's tags. */
export const caseTags = 'Zendesk_Support_Ticket_Tags__c';

/** What people can touch, and the fields of it that are looked at. */
export const watched = {
  Account: ['Name', 'Description', 'Industry', 'AccountNumber'],
  Contact: ['Name', 'LastName', 'Email', 'Title', 'Department', 'AccountId'],
  Lead: ['LastName', 'Email', 'Company', 'Title'],
  organization: ['name', 'details', 'notes'],
  user: ['name', 'email', 'details', 'notes', 'role', 'suspended'],
  Case: ['Subject', 'Priority', 'Type', 'Status', 'Reason', 'Region__c', caseTags, 'AccountId', 'ContactId'],
  ticket: ['subject', 'priority', 'type', 'status', 'region', 'tags', 'requester_id', 'organization_id', 'assignee_id'],
} as const;
export type Kind = keyof typeof watched;

const deskKinds: readonly Kind[] = ['organization', 'user', 'ticket'];
export const hostOf = (kind: Kind) => (deskKinds.includes(kind) ? 'support' : 'sales');

const isAtSalesforce = (key: string): boolean => /^(Account|Contact|Lead|Case)\//.test(key);

/** One record as it stands at its vendor. */
export interface Seen {
  readonly kind: Kind;
  readonly id: string;
  readonly row: Row;
  /** Neither deleted nor merged away. */
  readonly isThere: boolean;
}

/** Everything at both vendors at one moment. */
export interface Picture {
  readonly records: ReadonlyMap<string, Seen>;
  /** `user/organization`. */
  readonly memberships: ReadonlySet<string>;
  readonly identities: readonly { readonly user: string; readonly value: string }[];
}

/** A value that a person left in a field: by typing it, or because a merge or a conversion that the person made put it there. */
export interface Edit {
  /** ms */
  readonly at: number;
  /** Which edit it was, from 1: much happens at one moment. */
  readonly order: number;
  readonly value: unknown;
  /** What stood there before; undefined where the record was made with it. */
  readonly before: unknown;
  /**
   * True where a write of ours was or may have been under way, or was decided about before the vendor had committed the edit: then the
   * race that the spec names may have taken it.
   */
  isRacing: boolean;
}

/** The model: everything that people did, by comparing what was there before and after. It knows nothing of Syncline. */
export class Ledger {
  /** By `kind/id field`. */
  readonly #edits = new Map<string, Edit[]>();
  readonly #made = new Set<string>();
  readonly #locked = new Set<string>();
  /** Since when (ms) it is known to have been gone at some time. */
  readonly #gone = new Map<string, number>();
  readonly #back = new Set<string>();
  /** Memberships that are to be there. */
  readonly memberships = new Set<string>();
  #count = 0;

  /** A run begins: what people did since `since` (ms) at Salesforce may not be shown yet. */
  begin(since: number): void {
    for (const [key, edits] of this.#edits)
      for (const edit of edits) if (edit.at > since && isAtSalesforce(key)) edit.isRacing = true;
  }

  /** Takes what changed between two pictures for what a person did. */
  note(before: Picture, after: Picture, at: number, isRacing: boolean): void {
    for (const [key, { kind, row, isThere }] of after.records) {
      const old = before.records.get(key);
      if (!isThere && old?.isThere !== false && !this.#gone.has(key)) this.#gone.set(key, at);
      if (isThere && old?.isThere === false) this.#back.add(key);
      if (!old) this.#made.add(key);
      if (row.role !== undefined && row.role !== 'end-user') this.#locked.add(key);
      for (const field of watched[kind]) {
        if (old && old.row[field] === row[field]) continue;
        const edit = { at, order: ++this.#count, value: row[field], before: old?.row[field], isRacing };
        const edits = this.#edits.get(`${key} ${field}`);
        if (edits) edits.push(edit);
        else this.#edits.set(`${key} ${field}`, [edit]);
      }
    }
    for (const each of after.memberships) if (!before.memberships.has(each)) this.memberships.add(each);
    for (const each of before.memberships) if (!after.memberships.has(each)) this.memberships.delete(each);
  }

  last(key: string, field: string): Edit | null {
    return this.all(key, field).at(-1) ?? null;
  }

  /** Oldest first; the first one is what the record had when it was made. */
  all(key: string, field: string): readonly Edit[] {
    return this.#edits.get(`${key} ${field}`) ?? [];
  }

  /** Everything that people left in a field of any record of a kind. */
  ofKind(kind: Kind, field: string): readonly Edit[] {
    return [...this.#edits].flatMap(([key, edits]) =>
      key.startsWith(`${kind}/`) && key.endsWith(` ${field}`) ? edits : [],
    );
  }

  /** True where a person made it, and not Syncline. */
  isMade(key: string): boolean {
    return this.#made.has(key);
  }

  /** True where a person had removed it by then (ms), restored or not. */
  wasGone(key: string, by = Number.POSITIVE_INFINITY): boolean {
    return (this.#gone.get(key) ?? Number.POSITIVE_INFINITY) <= by && this.#gone.has(key);
  }

  /** True where a person has removed it, and brought it back. */
  wasRestored(key: string): boolean {
    return this.#back.has(key);
  }

  /** Agents and administrators: nobody's but the customer's. */
  isLocked(key: string): boolean {
    return this.#locked.has(key);
  }
}
