import type { Command } from 'commander';
import type { z } from 'zod';
import type { ReportFilter } from '../app/app.ts';
import { filterFields } from '../server/filter.ts';

/** The filters that every report has. */
export function reportOptions(command: Command): void {
  command
    .option('--sync <name>', 'of this sync')
    .option('--since <time>', 'since a time, or a span back from now: 90m, 24h, 7d')
    .option('--status <word>', 'of this kind')
    .option('--record <side:id>', 'of one record: crm:ID or desk:ID')
    .option('--limit <n>', 'at most so many');
}

/** Checked exactly as the server checks them; options that are no filters are left out. */
export const reportSchema: z.ZodType<ReportFilter> = filterFields;
