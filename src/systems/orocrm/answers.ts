import { z } from 'zod';

/** Documents as the API sends them. Source: Oro documentation, topics "JSON:API" and "Batch API"; JSON:API 1.0. */

const identifier = z.looseObject({ type: z.string(), id: z.string() });

const resource = identifier.extend({
  attributes: z.record(z.string(), z.unknown()).default({}),
  relationships: z
    .record(z.string(), z.looseObject({ data: z.union([z.null(), identifier, z.array(identifier)]).optional() }))
    .default({}),
});
/** One record. What was not asked for, or may not be seen, is not in it. */
export type Row = z.infer<typeof resource>;

export const listAnswer = z.looseObject({ data: z.array(resource) }).transform(({ data }) => ({ rows: data }));
export const oneAnswer = z.looseObject({ data: resource }).transform(({ data }) => ({ row: data }));

/** An asynchronous operation. */
export const operationAnswer = z
  .looseObject({ data: z.looseObject({ id: z.string(), attributes: z.looseObject({ status: z.string() }) }) })
  .transform(({ data }) => ({ operation: data.id, status: data.attributes.status }));

const problem = z.looseObject({
  /** A text in an answer, a number in the errors of an asynchronous operation. */
  status: z.coerce.number().catch(400),
  title: z.string().nullish(),
  detail: z.string().nullish(),
  source: z.looseObject({ pointer: z.string().nullish(), parameter: z.string().nullish() }).nullish(),
});
export type Problem = z.infer<typeof problem>;

export const problemsAnswer = z
  .looseObject({ errors: z.array(problem).min(1) })
  .transform(({ errors }) => ({ problems: errors }));

/** The errors of an asynchronous operation, which are records themselves. */
export const failuresAnswer = z
  .looseObject({ data: z.array(z.looseObject({ attributes: problem })) })
  .transform(({ data }) => ({ problems: data.map(({ attributes }) => attributes) }));
