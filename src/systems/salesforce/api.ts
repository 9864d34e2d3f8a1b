import { z } from 'zod';
import type { Attempt } from '../kit/attempt.ts';
import type { Wire } from '../kit/wire.ts';
import { vendorError } from './faults.ts';
import type { Component, MetadataType, MetadataVerb } from './metadata.ts';
import type { Row } from './values.ts';

/** What the rest of the connector asks of Salesforce, and the shapes of the answers (REST API Developer Guide, "Reference"). */
export interface Api extends Pick<Wire, 'calls' | 'budget' | 'lasts'> {
  /** The least that Salesforce's clock is ahead of ours (ms), as the last answer showed it. */
  skewMs(): number;
  query(query: Query, what: string): Promise<Rows>;
  more(next: string, what: string): Promise<Rows>;
  /** Several queries as one call, five at a time; the first page of each. */
  queries(queries: readonly Query[], what: string): Promise<readonly Rows[]>;
  /** The same for polls: those of several objects that are asked at the same moment share their calls. */
  poll(queries: readonly Query[]): Promise<readonly Rows[]>;
  /** Several queries with all of their pages. */
  gather(queries: readonly Query[], what: string): Promise<readonly Row[]>;
  retrieve(
    object: string,
    ids: readonly string[],
    fields: readonly string[],
  ): Promise<{ readonly records: readonly (Row | null)[]; readonly asOf: number }>;
  describe(object: string): Promise<unknown>;
  /**
   * Writes pieces of at most 200 records, in as few calls as they may travel in and as there is time for before `until` (ms).
   * Same length, same order.
   */
  save(pieces: readonly Save[], until: number): Promise<readonly Attempt<Saved>[]>;
  /** At most 200 ids, out of the recycle bin. Same length, same order. */
  undelete(ids: readonly string[], until: number): Promise<Saved>;
  insert(object: string, fields: Row, what: string): Promise<string>;
  patch(object: string, id: string, fields: Row, what: string): Promise<void>;
  /** At most ten components of one type, each with its own result. Same length, same order. */
  putMetadata(verb: MetadataVerb, type: MetadataType, components: readonly Component[]): Promise<Saved>;
  user(): Promise<User>;
  limits(): Promise<z.infer<typeof limitsAnswer>>;
  duplicateRules(object: string): Promise<readonly DuplicateRule[]>;
}

export interface Query {
  readonly soql: string;
  /** With deleted and archived rows. */
  readonly all: boolean;
}

/** One page of rows. `asOf` is a moment (ms, Salesforce's clock) that was not later than the reading of them. */
export interface Rows {
  readonly records: readonly Row[];
  readonly next: string | null;
  readonly asOf: number;
}

/** `alone`: not to be sent in one call with others (a composite request would read something else into its texts). */
export type Save =
  | { readonly do: 'insert' | 'update'; readonly alone: boolean; readonly records: readonly Row[] }
  | {
      readonly do: 'upsert';
      readonly alone: boolean;
      readonly object: string;
      readonly key: string;
      readonly records: readonly Row[];
    }
  | { readonly do: 'delete'; readonly alone: boolean; readonly ids: readonly string[] };

/** Rows are taken as they are: thousands come at a time, and every value is looked at where it is used. */
const row = z.custom<Row>((value) => typeof value === 'object' && value !== null && !Array.isArray(value));
export const retrieveAnswer = z.array(row.nullable());
export const queryAnswer = z.object({
  done: z.boolean(),
  nextRecordsUrl: z.string().startsWith('/').optional(),
  records: z.array(row),
});
export const compositeAnswer = z.object({
  compositeResponse: z.array(z.object({ body: z.unknown(), httpStatusCode: z.number(), referenceId: z.string() })),
});

export const savedAnswer = z.array(
  z.looseObject({ id: z.string().nullish(), success: z.boolean(), errors: z.array(vendorError).default([]) }),
);
export type Saved = z.infer<typeof savedAnswer>;

export const madeAnswer = z.looseObject({ id: z.string(), success: z.boolean() });
export const limitsAnswer = z.record(z.string(), z.looseObject({ Max: z.number(), Remaining: z.number() }));

export const userAnswer = z.looseObject({
  user_id: z.string(),
  organization_id: z.string(),
  preferred_username: z.string().optional(),
  name: z.string().optional(),
  /** The login host's own address of the user, and the org's addresses. */
  sub: z.string().optional(),
  urls: z.looseObject({ rest: z.string().optional() }).optional(),
});
export type User = z.infer<typeof userAnswer>;

/** User Interface API Developer Guide, "Get Duplicate Management Configuration for a Specified Object". */
export const duplicatesAnswer = z.looseObject({
  duplicateRules: z
    .array(
      z.looseObject({
        name: z.string(),
        active: z.boolean(),
        actionOnInsert: z.string().nullish(),
        operationsOnInsert: z.array(z.string()).nullish(),
      }),
    )
    .default([]),
});
export type DuplicateRule = z.infer<typeof duplicatesAnswer>['duplicateRules'][number];
