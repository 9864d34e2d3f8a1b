import type { SweepFigures } from '../engine/sweep/figures.ts';
import type { HistoryRow } from '../model/history.ts';
import type { Answer, HoldReason, Offer } from '../model/hold.ts';
import type { Side } from '../model/record.ts';
import type { StandingAnswer } from '../model/standing.ts';
import type { Value } from '../model/value.ts';
import type { BlameAsk, BlameEntry } from './blame.ts';
import type { Consent, LoginAsk, LoginPage, LoginReport } from './login.ts';
import type { PlanHead } from './plan/head.ts';

/**
 * What Syncline can be asked, whoever asks: the command line in its own process, or over HTTP from a second shell. The same interface on
 * both ends (server/ serves it, server/client.ts speaks it), so that a command does not know where it is answered.
 * JSON shapes are those of the outside contract; times are ISO 8601 in UTC.
 */
export interface App {
  /** The config's problems; with `live`, against the systems' own descriptions too. Nothing runs. */
  check(options: { live: boolean }): Promise<readonly Problem[]>;
  doctor(options: DoctorOptions): Promise<readonly DoctorRow[]>;
  /** One pass to quiet. Throws AppError where nothing could run. */
  run(options: RunOptions): Promise<RunReport>;
  /**
   * What a run would do now, and what it costs; nothing is written at any vendor, what was read is kept. `take` gets the head and the lines
   * (JSON texts, head not among them) while they are kept; they are gone when it is done.
   */
  preview<Taken>(
    options: RunOptions,
    take: (head: PlanHead, lines: AsyncIterable<string>) => Promise<Taken>,
  ): Promise<Taken>;
  /** Does exactly what a plan says, line by line as it was made: its head is the first of `lines`. */
  apply(options: ApplyOptions, lines: AsyncIterable<string>): Promise<ApplyReport>;
  /**
   * Puts back what was written, wherever nobody has changed it since; what was left is named. It stays as it is until its source changes,
   * the rules do, or a person says so. Throws AppError where history knows nothing of what is to be undone.
   */
  undo(options: UndoOptions): Promise<ApplyReport>;
  /** What that would do now, as `preview` hands it out; nothing is written at any vendor. */
  previewUndo<Taken>(
    options: UndoOptions,
    take: (head: PlanHead, lines: AsyncIterable<string>) => Promise<Taken>,
  ): Promise<Taken>;
  /** Joins two records by hand, whatever they are matched by. Throws AppError where one of them is not there or has another link. */
  link(what: { sync: string; crm: string; desk: string }): Promise<{ readonly link: string }>;
  /** Ends a link by hand: both records stay as they are and wait for a person before anything is done with them again. */
  unlink(link: string): Promise<void>;
  /** Joins records by ids that another tool has kept in a field: `from` is the side that has the field. */
  adopt(what: AdoptOptions): Promise<AdoptReport>;
  /** The vendor's page where a person logs this connection in. Throws AppError where it logs in without a browser. */
  beginLogin(consent: Consent & { readonly connection: string }): Promise<LoginPage>;
  /** What the browser brought back becomes the login of the connection, from then on. Throws AppError, and nothing has changed. */
  endLogin(ask: LoginAsk): Promise<LoginReport>;
  /** Compares everything on both sides, whatever the feeds have told; what differs is brought in step. Throws AppError where a side cannot be read. */
  sweep(options: SweepOptions): Promise<SweepReport>;
  status(): Promise<StatusReport>;
  history(filter: ReportFilter): Promise<readonly HistoryEntry[]>;
  /** Who set the fields of a record, from what is known here. Throws AppError where nothing is known of it. */
  blame(ask: BlameAsk): Promise<readonly BlameEntry[]>;
  holds(filter: ReportFilter): Promise<readonly HoldEntry[]>;
  failures(filter: ReportFilter): Promise<readonly HoldEntry[]>;
  /** Ids of holds or failures; null: all. Answers how many became due. */
  retry(ids: readonly string[] | null): Promise<{ readonly retried: number }>;
  /** Throws AnswerRefused where the hold does not take this answer, or not for always. */
  answer(hold: string, answer: Answer): Promise<{ readonly answered: boolean }>;
  /** What was answered for always. */
  answers(): Promise<readonly StandingEntry[]>;
  /** Throws AppError where there is no such standing answer. */
  forget(answer: string): Promise<void>;
  pause(what: PauseTarget): Promise<void>;
  resume(what: PauseTarget): Promise<void>;
  close(): Promise<void>;
}

export interface RunOptions {
  /** Names of syncs; empty: all. */
  readonly syncs: readonly string[];
  /** Only these records, by id, on whichever side they are; absent: all. */
  readonly ids?: readonly string[];
  /** Only the first so many records of each sync that are due. */
  readonly count?: number;
  /** `crm:ID`, `desk:ID` or the record's address in the vendor's pages; it is read first. */
  readonly record?: string;
  readonly onProgress?: (progress: Progress) => void;
  /** Stops cleanly; the next run goes on from there. */
  readonly signal?: AbortSignal;
}

export interface ApplyOptions {
  readonly onProgress?: (progress: Progress) => void;
  /** Stops cleanly; what is left of the plan is due as before. */
  readonly signal?: AbortSignal;
}

/** What is to be undone: exactly one of `run`, `link` and `since`, narrowed by the others. */
export interface UndoScope {
  readonly run?: string;
  readonly link?: string;
  /** ISO 8601 or a span back from now such as `90m`, `24h`, `7d`. */
  readonly since?: string;
  readonly sync?: string;
  /** The vendor's name of a field, or the id of a rule such as `Name → name`. */
  readonly field?: string;
}

export interface UndoOptions extends UndoScope {
  readonly onProgress?: (progress: Progress) => void;
  /** Stops cleanly; the same undo once more does the rest. */
  readonly signal?: AbortSignal;
}

/** As of a run, and what of the plan was left. */
export interface ApplyReport extends RunReport {
  readonly left: readonly Left[];
}

/** A record of a plan that was not done, or not all of it. */
export interface Left {
  readonly sync: string;
  readonly link: string;
  /** The record, as the plan names it. */
  readonly name: string;
  /** The one field that is meant, by its name at the vendor; absent: the whole record. */
  readonly field?: string;
  /** One sentence: what has moved, or what holds it. */
  readonly why: string;
}

export interface AdoptOptions {
  readonly sync: string;
  readonly from: { readonly side: Side; readonly field: string };
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
}

export interface AdoptReport {
  /** Records whose field names one of the other side. */
  readonly named: number;
  readonly linked: number;
  /** Joined like that before. */
  readonly already: number;
  /** The first hundred of those that could not be joined, and why. */
  readonly left: readonly { readonly id: string; readonly named: string; readonly why: string }[];
  readonly leftCount: number;
}

/** A line for a person that watches: what is being done now and how far it is. */
export interface Progress {
  readonly sync: string | null;
  readonly doing: 'checking' | 'installing' | 'reading' | 'comparing' | 'planning' | 'writing' | 'waiting';
  readonly read: number;
  readonly done: number;
  /** Links whose write is at the vendor (jobs, ids not told yet). */
  readonly underway: number;
  /**
   * How many records are not at rest yet, as of a few seconds ago, and how long they will take at the pace so far; null where that cannot
   * be told yet. Absent before anything was counted.
   */
  readonly left?: { readonly records: number; readonly aboutMs: number | null } | undefined;
  /** Why it waits and until when (ms), while `waiting`. */
  readonly wait: { readonly reason: string; readonly until: number } | null;
}

export interface PauseTarget {
  readonly kind: 'sync' | 'connection' | 'link';
  readonly name: string;
}

/** Why the app could not do what it was asked: said on stderr, exit code 1, HTTP problem details. */
export class AppError extends Error {
  /** Problems of the config, where those are the reason. */
  readonly problems: readonly Problem[];
  constructor(message: string, problems: readonly Problem[] = [], options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'AppError';
    this.problems = problems;
  }
}

/** A person's word that does not fit what it is said of: exit code 2, HTTP 422. The message says what would fit. */
export class AnswerRefused extends AppError {
  constructor(message: string) {
    super(message);
    this.name = 'AnswerRefused';
  }
}

export interface Problem {
  /** Where in the file: `syncs.accounts.fields[2].desk`. */
  readonly path: string;
  /** 1-based; null where there is no line (a live check of something that the file leaves to a preset). */
  readonly line: number | null;
  readonly problem: string;
  readonly fix: string;
  /** The config can run all the same. */
  readonly warning?: true | undefined;
}

export interface DoctorOptions {
  /** What is set up at the vendors first, where it is missing. */
  readonly install: 'keys' | 'package' | 'trigger' | null;
  /** Mends what was edited or deleted of what was set up at the vendors. */
  readonly repair?: boolean | undefined;
  /** Checks this connection alone; absent: all that a sync uses, and the config against them. */
  readonly connection?: string | undefined;
  /** With the package: the name of a record type that is to be there as well. */
  readonly recordType?: string | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

export interface DoctorRow {
  readonly check: string;
  readonly ok: boolean;
  readonly found: string;
  readonly fix: string;
}

export interface PerSide {
  readonly crm: number;
  readonly desk: number;
}

export interface RunReport {
  readonly run: string;
  readonly tookMs: number;
  readonly syncs: Readonly<Record<string, SyncReport>>;
  readonly calls: Readonly<Record<string, { readonly read: number; readonly write: number; readonly login: number }>>;
  /** When the next retry by itself is due; null: none. */
  readonly nextRetry: string | null;
}

export interface SyncReport {
  /** Records that the feeds brought and that were new or changed. */
  readonly seen: number;
  readonly created: PerSide;
  readonly updated: PerSide;
  readonly removed: PerSide;
  readonly linked: number;
  /** Links that were looked at and needed nothing. */
  readonly unchanged: number;
  /** Links that have holds, and links that failed and will be tried again, at the end of the run. A link in both counts as held. */
  readonly held: number;
  readonly failed: number;
}

export interface SweepOptions {
  /** Names of syncs; empty: all. */
  readonly syncs: readonly string[];
  readonly onProgress?: (progress: Progress) => void;
  /** Stops; the next sweep begins anew. */
  readonly signal?: AbortSignal;
}

export interface SweepReport {
  readonly syncs: Readonly<Record<string, SweepFigures>>;
}

/** `at`: when it ended, ISO 8601. */
export interface LastSweep extends Omit<SweepFigures, 'examples'> {
  readonly at: string;
}

export interface StatusReport {
  readonly syncs: Readonly<
    Record<
      string,
      {
        readonly mode: string;
        readonly links: number;
        readonly due: number;
        readonly held: number;
        readonly failed: number;
        readonly lagMs: number;
        readonly paused: boolean;
        /** Names of the connections that it stands between: what one of them cannot reach is not in step. */
        readonly connections: readonly string[];
        /** null: none yet. */
        readonly lastSweep: LastSweep | null;
      }
    >
  >;
  readonly connections: Readonly<
    Record<
      string,
      {
        /** null until it was first reached. */
        readonly account: string | null;
        readonly environment: string;
        readonly budget: { readonly used: number; readonly left: number | null; readonly refillsAt: string | null };
        readonly login: 'ok' | 'failed' | 'untried';
      }
    >
  >;
}

export interface ReportFilter {
  readonly sync?: string;
  /** ISO 8601 or a span back from now such as `90m`, `24h`, `7d`. */
  readonly since?: string;
  readonly status?: string;
  /** `crm:ID` or `desk:ID`. */
  readonly record?: string;
  readonly limit?: number;
  /** Of holds alone: the one with this id. */
  readonly hold?: string;
  /** Of history alone: no later than this, written as `since`. */
  readonly until?: string;
  readonly run?: string;
  readonly link?: string;
  /** Of history alone: the vendor's name of a field, or a rule's id. */
  readonly field?: string;
  /** Of history alone, for the next page: what is older than the entry with this `at` and id, `2026-11-20T09:00:00.000Z/01jd…`. */
  readonly before?: string;
}

/** `since`: ISO 8601. */
export interface StandingEntry extends Omit<StandingAnswer, 'since' | 'rule'> {
  readonly since: string;
}

export interface HoldEntry {
  readonly id: string;
  readonly sync: string;
  readonly link: string;
  readonly crm: { readonly id: string; readonly object: string } | null;
  readonly desk: { readonly id: string; readonly object: string } | null;
  readonly why: HoldReason | string;
  readonly field: string | null;
  readonly values: { readonly crm: Value; readonly desk: Value; readonly base: Value };
  /** Of a conflict: who changed each side and when, where the vendor says it. */
  readonly changed: Readonly<Record<Side, { readonly by: string | null; readonly at: string | null }>> | null;
  /** What it can be answered with. */
  readonly offers: readonly Offer[];
  readonly message: string;
  readonly vendorCode: string | null;
  readonly candidates: readonly { readonly side: Side; readonly id: string; readonly reason: string }[];
  readonly tries: number;
  /** When it is tried again by itself; null: it waits for a person. */
  readonly nextTry: string | null;
  readonly since: string;
}

export interface HistoryEntry {
  readonly id: string;
  readonly at: string;
  readonly run: string;
  readonly sync: string;
  readonly link: string;
  readonly side: Side;
  readonly do: HistoryRow['do'];
  /** The record's id on `side`; null where a create failed. */
  readonly record: string | null;
  readonly cause: HistoryRow['cause'];
  readonly fields: HistoryRow['fields'];
  readonly outcome: string;
  /** Who had last changed the record that it came from, and when (ISO 8601), as far as its vendor says it. */
  readonly source?: { readonly by: string | null; readonly at: string | null };
}
