import type { Generated, JSONColumnType, Kysely } from 'kysely';
import type { BrakeState, Intent } from '../../engine/ports.ts';
import type { Fault } from '../../model/fault.ts';
import type { Cause, HistoryRow } from '../../model/history.ts';
import type { Answer, Hold } from '../../model/hold.ts';
import type { End, Lane } from '../../model/link.ts';
import type { Side, Sighting } from '../../model/record.ts';

/** A JSON column: read as a value, written as its text. */
type Json<T extends object | null> = JSONColumnType<T>;

interface InWorkspace {
  workspace: string;
}

export interface Tables {
  feed: InWorkspace & {
    connection: string;
    object: string;
    cursor: string | null;
    complete: Generated<boolean>;
    fields: Json<readonly string[]>;
    read_at: number | null;
    lease: string | null;
    lease_until: number | null;
  };
  sighting: InWorkspace & {
    connection: string;
    object: string;
    id: string;
    version: string | null;
    at: number | null;
    author: string | null;
    seen: Json<Sighting['seen']>;
    keys: Json<readonly string[]>;
    learned_at: Generated<number>;
  };
  match_key: InWorkspace & { key: string; record: string; at: number };
  lost_key: InWorkspace & { key: string; at: number };
  track: InWorkspace & {
    sync: string;
    pair: string;
    crm_connection: string;
    crm_object: string;
    desk_connection: string;
    desk_object: string;
  };
  link: InWorkspace & LinkColumns;
  claim: InWorkspace & { key: string; link: string };
  intent: InWorkspace & {
    id: string;
    link: string;
    /** null: written by a build before 003; then it stands in the body. */
    sync: string | null;
    connection: string;
    object: string;
    mark: string | null;
    creates: boolean;
    at: number;
    state: Intent['state'];
    job: string | null;
    again_at: number;
    body: Json<Intent>;
    lease: string | null;
    lease_until: Generated<number>;
  };
  hold: InWorkspace & { id: string; link: string; why: string; since: number; body: Json<Hold> };
  wake: InWorkspace & { key: string; hold: string; link: string };
  history: InWorkspace & {
    at: number;
    id: string;
    run: string;
    sync: string;
    link: string;
    side: Side;
    record: string | null;
    outcome: string;
    body: Json<Pick<HistoryRow, 'do' | 'cause' | 'fields' | 'source'>>;
  };
  sweep_note: InWorkspace & { sweep: string; list: string; lowest: string; highest: string; ids: readonly string[] };
  drawer: InWorkspace & { drawer: string; name: string; value: string };
  paused: InWorkspace & { kind: 'sync' | 'connection'; name: string };
  tip: InWorkspace & { connection: string; object: string; id: string; mark: string; at: number };
  brake: InWorkspace & BrakeColumns & { state: Json<BrakeState | null> };
  braked_write: InWorkspace & BrakeColumns & { link: string; at: number };
}

interface BrakeColumns {
  sync: string;
  side: Side;
  kind: string;
}

interface LinkColumns {
  id: string;
  sync: string;
  pair: string;
  crm_id: string | null;
  desk_id: string | null;
  crm: Json<End | null>;
  desk: Json<End | null>;
  whole: Generated<boolean>;
  lane: Lane | null;
  due_at: number;
  due_since: number;
  turn: Generated<number>;
  cause: Cause;
  lease: string | null;
  lease_until: Generated<number>;
  taken_at: Generated<number>;
  joined_at: Generated<number>;
  in_flight: Generated<number>;
  creates: Generated<number>;
  tries: Generated<number>;
  fault: Json<Fault | null>;
  fault_since: Generated<number>;
  ask_vendor: Generated<boolean>;
  answers: Json<Answers>;
  paused: Generated<boolean>;
}

/** Each answer with the turn that it made. */
export type Answers = Readonly<Record<string, { readonly answer: Answer; readonly turn: number }>>;

export type Database = Kysely<Tables>;

/** Where a verb works: a database (or a transaction on it) and the workspace that it may touch. */
export interface Reach {
  readonly db: Database;
  readonly workspace: string;
}
