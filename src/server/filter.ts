import { z } from 'zod';
import type { ReportFilter } from '../app/app.ts';

const span = /^\d+[smhd]$/;

export const sinceText = z
  .string()
  .refine(
    (text) => span.test(text) || (/^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(Date.parse(text))),
    'give a time such as 2026-11-20T09:00:00Z, or a span back from now such as 90m, 24h or 7d',
  );

export const recordText = z
  .string()
  .regex(/^(crm|desk):.+$/, 'give a side and an id, such as crm:001xx000003DGbYAAW or desk:4711');

const fields = {
  sync: z.string().min(1).exactOptional(),
  since: sinceText.exactOptional(),
  status: z.string().min(1).exactOptional(),
  record: recordText.exactOptional(),
  hold: z.string().min(1).exactOptional(),
  limit: z.coerce
    .number('give a whole number')
    .int('give a whole number')
    .min(1, 'give at least 1')
    .max(10_000, 'give at most 10000')
    .exactOptional(),
};

const historyOnly = {
  until: sinceText.exactOptional(),
  run: z.string().min(1).exactOptional(),
  link: z.string().min(1).exactOptional(),
  field: z.string().min(1).exactOptional(),
  before: z
    .string()
    .regex(
      /^\d{4}-\d\d-\d\dT[\d:.]+Z\/.+$/,
      'give the time and the id of an entry, such as 2026-11-20T09:00:00.000Z/01jd3w8k2m',
    )
    .exactOptional(),
};
const { hold: _, ...common } = fields;

/** What history can be filtered by. */
export const historyQuery: z.ZodType<ReportFilter> = z.strictObject({ ...common, ...historyOnly });

export const historyFields: z.ZodType<ReportFilter> = z.object({ ...common, ...historyOnly });

/** What reports can be filtered by, as a query carries it; anything else is a mistake. */
export const filterQuery: z.ZodType<ReportFilter> = z.strictObject(fields);

/** The same out of options that hold more than filters. */
export const filterFields: z.ZodType<ReportFilter> = z.object(fields);
