import { z } from 'zod';
import type { RunReport } from '../../app/app.ts';
import { problemDetails } from '../problem.ts';
import { progress, runReport } from '../reports.ts';
import type { Resource } from '../resource.ts';
import { route } from '../route.ts';
import { createTurns } from '../turns.ts';

/** One line of the answer: progress as often as there is some, then the report, or the problem that ended the run. */
export const runLine = z.union([
  z.strictObject({ progress }),
  z.strictObject({ report: runReport }),
  z.strictObject({ problem: problemDetails }),
]);

export const runRoute = route<{ syncs: readonly string[] }, RunReport>({
  method: 'POST',
  path: '/api/run',
  summary: 'One pass to quiet',
  description:
    'Detects and reconciles until nothing is due. Asked for while another run is under way, it waits for that one to end and then makes its own pass, so that edits made before the request are always covered. With `Accept: application/x-ndjson` the answer is a stream of lines: progress, then the report or the problem; empty lines keep the connection awake. A client that goes away stops its run cleanly; the next one goes on from there.',
  input: z.strictObject({ syncs: z.array(z.string().min(1)).default([]) }),
  output: runReport,
  lines: runLine,
});

export const run: Resource = (mount, app) => {
  const turns = createTurns();
  mount(runRoute, ({ syncs }, { signal, tell }) =>
    turns.take(signal, () => app.run({ syncs, signal, onProgress: (line) => tell({ progress: line }) })),
  );
};
