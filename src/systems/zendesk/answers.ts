import { z } from 'zod';
import type { Collection } from './collection.ts';

/**
 * The vendor's answers, as far as we read them. Keys that we do not read are let through, because accounts differ in what they add.
 * Source: Zendesk API reference, topics "Organizations", "Organization Fields", "Organization Memberships", "Incremental Exports",
 * "Job Statuses", "Users", "User Identities", "OAuth Tokens", "Tickets", "Ticket Fields", "Side-Loading".
 */

/** Ids are 64-bit integers below 2^53; some feeds tell them as texts. Inside they are always texts. */
export const idText = z.union([z.number().int(), z.string().min(1)]).transform(String);

/** A record of any kind. A deleted organization is told by `deleted_at` in the change feed, a deleted user by not being `active`. */
export const recordRow = z.looseObject({
  id: idText,
  updated_at: z.string().nullish(),
  created_at: z.string().nullish(),
  deleted_at: z.string().nullish(),
});
export type RecordRow = z.infer<typeof recordRow>;

const wrapped = z.record(z.string(), z.unknown());

/** `{"organization": {…}}`: the row alone. */
export function oneAnswer(collection: Collection) {
  return wrapped
    .transform((answer) => answer[collection.singular])
    .pipe(recordRow)
    .transform((row) => (collection.flat === null ? row : collection.flat({})(row)));
}

/** An answer whose rows stand together with what came beside them. */
function paged(collection: Collection) {
  return wrapped.transform((answer) => ({ ...answer, rows: { told: answer[collection.plural], beside: answer } }));
}

/** The rows, completed by what came beside them. */
function rowsOf({ flat }: Collection) {
  return z
    .object({ told: z.array(recordRow), beside: wrapped })
    .transform(({ told, beside }) => (flat === null ? told : told.map(flat(beside))));
}

/** `{"organizations": [{…}]}`: the rows alone. */
export function manyAnswer(collection: Collection) {
  return paged(collection)
    .pipe(z.object({ rows: rowsOf(collection) }))
    .transform(({ rows }) => rows);
}

/** One page of what a search found; `more` says that there is another one. */
export function foundAnswer(collection: Collection) {
  return paged(collection)
    .pipe(z.object({ rows: rowsOf(collection), next_page: z.unknown().optional() }))
    .transform(({ rows, next_page }) => ({ rows, more: Boolean(next_page) }));
}

/** One page of a time-based incremental export. `end_time` is in epoch seconds: the next page goes on from it. */
export function exportAnswer(collection: Collection) {
  return paged(collection).pipe(
    z.object({
      rows: rowsOf(collection),
      end_time: z.number().int().nullish(),
      end_of_stream: z.boolean().nullish(),
    }),
  );
}
export type ExportPage = z.infer<ReturnType<typeof exportAnswer>>;

/** One page of a cursor-based incremental export. The cursor is set at the end of the stream too: the next poll goes on from it. */
export function cursorAnswer(collection: Collection) {
  return paged(collection).pipe(
    z.object({ rows: rowsOf(collection), after_cursor: z.string().nullish(), end_of_stream: z.boolean() }),
  );
}
export type CursorPage = z.infer<ReturnType<typeof cursorAnswer>>;

const namedValue = z.looseObject({ name: z.string(), value: z.string() });

const fieldRow = z.looseObject({
  id: idText,
  key: z.string().nullable(),
  type: z.string(),
  title: z.string(),
  active: z.boolean().optional(),
  /** Of check boxes: the tag that a record bears while the box is ticked. */
  tag: z.string().nullish(),
  /** Of lookup fields: `zen:user`, `zen:organization`, `zen:ticket`, `zen:custom_object:KEY`. */
  relationship_target_type: z.string().nullish(),
  custom_field_options: z.array(namedValue).nullish(),
  /** Of a ticket's own fields (status, priority, type): the values that the account uses. */
  system_field_options: z.array(namedValue).nullish(),
});
export type FieldRow = z.infer<typeof fieldRow>;

/** A page of field definitions. `has_more` alone says that there is another: the cursor is set on the last page too. */
export function fieldsAnswer(collection: Collection) {
  return wrapped
    .transform((answer) => ({ ...answer, rows: answer[collection.definitions] }))
    .pipe(
      z.object({
        rows: z.array(fieldRow),
        meta: z.object({ has_more: z.boolean(), after_cursor: z.string().nullish() }).optional(),
      }),
    );
}

/** One of a few things that tickets name by id: a brand, a form, a status of the account's own. */
const choiceRow = z.looseObject({
  id: idText,
  name: z.string().nullish(),
  agent_label: z.string().nullish(),
  active: z.boolean().nullish(),
});
export type ChoiceRow = z.infer<typeof choiceRow>;

/** A page of them; `more` says that there is another one. */
export function choicesAnswer(list: string) {
  return wrapped
    .transform((answer) => ({ rows: answer[list], more: Boolean(answer.next_page) }))
    .pipe(z.object({ rows: z.array(choiceRow), more: z.boolean() }));
}

/** One line of a finished job. Successes of a create carry no index and come in any order; failures carry one. */
const jobResult = z.looseObject({
  index: z.number().int().nullish(),
  id: idText.nullish(),
  success: z.boolean().nullish(),
  error: z.string().nullish(),
  details: z.unknown().optional(),
});
export type JobResult = z.infer<typeof jobResult>;

const jobRow = z.looseObject({
  id: z.string(),
  status: z.string(),
  message: z.string().nullish(),
  /** An array of lines; a single object where a job tells only one. */
  results: z.union([z.array(jobResult), jobResult.transform((result) => [result])]).nullish(),
});
export type JobRow = z.infer<typeof jobRow>;
export const jobAnswer = z.object({ job_status: jobRow });
export const jobsAnswer = z.object({ job_statuses: z.array(jobRow) });

/** `id` is null for an anonymous caller, which this endpoint answers with 200. */
export const userAnswer = z.object({
  user: z.looseObject({
    id: idText.nullable(),
    name: z.string(),
    role: z.string().nullish(),
    locale: z.string().nullish(),
  }),
});

/** A link between a user and an organization; `default` is null where it is false. */
export const membershipAnswer = z.object({
  organization_membership: z.looseObject({ default: z.boolean().nullish() }),
});

/** All of a user's addresses and numbers. */
export const identitiesAnswer = z.object({
  identities: z.array(z.looseObject({ type: z.string(), value: z.string() })),
});
