import type { RunReport } from '../../app/app.ts';
import { runReport } from '../reports.ts';
import type { Resource } from '../resource.ts';
import { route } from '../route.ts';
import { largestSelection, type Selection, selection, selectionSays } from '../selection.ts';
import { told, toldLines } from '../told.ts';

export const runRoute = route<Selection, RunReport>({
  method: 'POST',
  path: '/api/run',
  summary: 'One pass to quiet',
  description: `Detects and reconciles until nothing is due. ${selectionSays} Asked for while another run is under way, it waits for that one to end and then makes its own pass, so that edits made before the request are always covered. ${toldLines} The next run goes on from there.`,
  input: selection,
  largestBody: largestSelection,
  output: runReport,
  lines: told(runReport),
});

export const run: Resource = (mount, app, turns) =>
  mount(runRoute, (asked, { signal, tell }) =>
    turns.take(signal, () => app.run({ ...asked, signal, onProgress: (progress) => void tell({ progress }) })),
  );
