import { z } from 'zod';
import type { ApplyReport, UndoScope } from '../../app/app.ts';
import { sinceText } from '../filter.ts';
import { applyReport } from '../reports.ts';
import type { Resource } from '../resource.ts';
import { route } from '../route.ts';
import { told, toldLines } from '../told.ts';
import { handOut, type PreviewReport, planAnswer, planLines } from './plan.ts';

const word = z.string().min(1).exactOptional();

export const undoScope: z.ZodType<UndoScope> = z
  .strictObject({ run: word, link: word, since: sinceText.exactOptional(), sync: word, field: word })
  .refine(
    ({ run, link, since }) => [run, link, since].filter((each) => each !== undefined).length === 1,
    'give one of run, link and since',
  );

const undoSays =
  'Exactly one of `run`, `link` and `since`, narrowed by `sync` and `field` (the vendor’s name of it, or a rule’s id).';

export const undoRoute = route<UndoScope, ApplyReport>({
  method: 'POST',
  path: '/api/undo',
  summary: 'Puts back what was written, wherever nobody has changed it since',
  description: `${undoSays} What was changed since, and what a vendor cannot bring back, is left and reported with the reason. What was undone stays so until its source changes, the rules do, or a person answers its hold. ${toldLines} The same undo once more does the rest.`,
  input: undoScope,
  output: applyReport,
  lines: told(applyReport),
});

export const previewUndoRoute = route<UndoScope, PreviewReport>({
  method: 'POST',
  path: '/api/preview-undo',
  summary: 'What an undo would do now; nothing is written at any vendor',
  description: `${undoSays} ${planAnswer}`,
  input: undoScope,
  ...planLines,
});

export const undo: Resource = (mount, app, turns) => {
  mount(undoRoute, (scope, { signal, tell }) =>
    turns.take(signal, () => app.undo({ ...scope, signal, onProgress: (progress) => void tell({ progress }) })),
  );
  mount(previewUndoRoute, (scope, { signal, tell }) =>
    turns.take(signal, () =>
      app.previewUndo(
        { ...scope, signal, onProgress: (progress) => void tell({ progress }) },
        handOut({ signal, tell }),
      ),
    ),
  );
};
