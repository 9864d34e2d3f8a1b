import { z } from 'zod';
import type { ReportFilter } from '../app/app.ts';

const span = /^\d+[smhd]$/;

const sinceText = z
  .string()
  .refine(
    (text) => span.test(text) || (/^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(Date.parse(text))),
    'give a time such as 2026-11-20T09:00:00Z, or a span back from now such as 90m, 24h or 7d',
  );

const recordText = z
  .string()
  .regex(/^(crm|desk):.+$/, 'give a side and an id, such as crm:001xx000003DGbYAAW or desk:4711');

const fields = {
  sync: z.string().min(1).exactOptional(),
  since: sinceText.exactOptional(),
  status: z.string().min(1).exactOptional(),
  record: recordText.exactOptional(),
  limit: z.coerce
    .number('give a whole number')
    .int('give a whole number')
    .min(1, 'give at least 1')
    .max(10_000, 'give at most 10000')
    .exactOptional(),
};

/** What reports can be filtered by, as a query carries it; anything else is a mistake. */
export const filterQuery: z.ZodType<ReportFilter> = z.strictObject(fields);

/** The same out of options that hold more than filters. */
export const filterFields: z.ZodType<ReportFilter> = z.object(fields);
