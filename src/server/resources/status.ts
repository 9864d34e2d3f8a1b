import { z } from 'zod';
import type { StatusReport } from '../../app/app.ts';
import { statusReport } from '../reports.ts';
import type { Resource } from '../resource.ts';
import { route } from '../route.ts';

export const statusRoute = route<Record<never, never>, StatusReport>({
  method: 'GET',
  path: '/api/status',
  summary: 'How every sync and every connection stands',
  input: z.strictObject({}),
  output: statusReport,
});

export const status: Resource = (mount, app) => mount(statusRoute, () => app.status());
