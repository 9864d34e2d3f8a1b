import { z } from 'zod';
import type { HistoryEntry, ReportFilter } from '../../app/app.ts';
import { historyQuery } from '../filter.ts';
import { historyEntry } from '../reports.ts';
import type { Resource } from '../resource.ts';
import { route } from '../route.ts';

export const historyRoute = route<ReportFilter, readonly HistoryEntry[]>({
  method: 'GET',
  path: '/api/history',
  summary: 'What was written, with before and after of every field, newest first',
  input: historyQuery,
  output: z.array(historyEntry),
});

export const history: Resource = (mount, app) => mount(historyRoute, (filter) => app.history(filter));
