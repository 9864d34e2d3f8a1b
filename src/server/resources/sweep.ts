import { z } from 'zod';
import type { SweepOptions, SweepReport } from '../../app/app.ts';
import { sweepReport } from '../reports.ts';
import type { Resource } from '../resource.ts';
import { route } from '../route.ts';
import { told, toldLines } from '../told.ts';

export const sweepRoute = route<Pick<SweepOptions, 'syncs'>, SweepReport>({
  method: 'POST',
  path: '/api/sweep',
  summary: 'The full comparison of both sides',
  description: `Lists every record of both sides anew, compares every link, and brings in step what differs. Live work goes on meanwhile. ${toldLines} A sweep that is broken off is begun anew by the next one.`,
  input: z.strictObject({ syncs: z.array(z.string().min(1)).default([]) }),
  output: sweepReport,
  lines: told(sweepReport),
});

// It takes turns piece by piece in the app: a run that is asked for meanwhile does not wait for its end.
export const sweep: Resource = (mount, app) =>
  mount(sweepRoute, (asked, { signal, tell }) =>
    app.sweep({ ...asked, signal, onProgress: (progress) => void tell({ progress }) }),
  );
