import type { Json } from '../../../twins/json.ts';
import type { Org } from './org.ts';
import type { Transaction } from './store.ts';

/** Who writes, in which transaction, and with which of the headers that change what a write does. */
export interface Writer {
  readonly org: Org;
  readonly transaction: Transaction;
  /** The user whose permissions count and whose id the stamps carry. */
  readonly user: string;
  /** The moment of the statement (ms, whole seconds): what the stamps will say. */
  readonly at: number;
  /** True for seeding: ids, stamps and read-only fields may be given, permissions and rules are not asked. */
  readonly trusted: boolean;
  /** `Sforce-Duplicate-Rule-Header: allowSave=true`. */
  readonly allowDuplicates: boolean;
  /** A planted refusal for the next written item, or null. */
  readonly refuse: () => Json | null;
}

/** Null is the system: it sees and may set everything. */
export function sightOf(writer: Writer): string | null {
  return writer.trusted ? null : writer.user;
}
