import { z } from 'zod';
import { AppError, type ApplyReport } from '../../app/app.ts';
import { type PlanHead, planHead } from '../../app/plan/head.ts';
import { applyReport, registry } from '../reports.ts';
import type { Call, Resource } from '../resource.ts';
import { route } from '../route.ts';
import { largestSelection, type Selection, selection, selectionSays } from '../selection.ts';
import { type Told, told, toldLines } from '../told.ts';

registry.add(planHead, { id: 'PlanHead' });

/** How many lines there were: whoever has not come to this has not got the whole plan. */
export interface PreviewReport {
  readonly lines: number;
}

/** A plan on its way: its head, then its lines, each as the text that the head's hash was made of. */
export type PlanPart = { readonly head: PlanHead } | { readonly line: string };

const previewReport: z.ZodType<PreviewReport> = z.strictObject({ lines: z.int().min(0) });

export const previewLine: z.ZodType<Told<PreviewReport> | PlanPart> = z.union([
  z.strictObject({ line: z.string() }),
  z.strictObject({ head: planHead }),
  told(previewReport),
]);

export const planAnswer =
  'The answer is a stream of lines: progress, the head of the plan, its lines one by one, and in the end how many they were, or the problem. Each line is sent as text, because the head’s hash is over these texts. A client that goes away stops it.';

/** How a route answers with a plan. */
export const planLines = { output: previewReport, lines: previewLine, onlyLines: true } as const;

/** Sends a plan line by line, as fast as the client takes it. */
export function handOut({ signal, tell }: Pick<Call, 'signal' | 'tell'>) {
  return async (head: PlanHead, lines: AsyncIterable<string>): Promise<PreviewReport> => {
    await tell({ head });
    let sent = 0;
    for await (const line of lines) {
      if (signal.aborted) throw new AppError('The preview was called off.');
      await tell({ line });
      sent += 1;
    }
    return { lines: sent };
  };
}

export const previewRoute = route<Selection, PreviewReport>({
  method: 'POST',
  path: '/api/preview',
  summary: 'What a run would do now, and what it costs; nothing is written at any vendor',
  description: `${selectionSays} ${planAnswer} Head and lines below each other are the plan file that \`/api/apply\` takes.`,
  input: selection,
  largestBody: largestSelection,
  ...planLines,
});

export const applyRoute = route<Record<never, never>, ApplyReport>({
  method: 'POST',
  path: '/api/apply',
  summary: 'Does exactly what a plan says',
  description: `The body is the plan file: its head, then its lines, of any number. Records that have moved since the preview are left, and reported with the reason. ${toldLines} What is left of the plan is due as before.`,
  input: z.strictObject({}),
  body: 'lines',
  output: applyReport,
  lines: told(applyReport),
});

export const plan: Resource = (mount, app, turns) => {
  mount(previewRoute, (asked, { signal, tell }) =>
    turns.take(signal, () =>
      app.preview({ ...asked, signal, onProgress: (progress) => void tell({ progress }) }, handOut({ signal, tell })),
    ),
  );
  mount(applyRoute, (_, { signal, tell, lines }) =>
    turns.take(signal, () => app.apply({ signal, onProgress: (progress) => void tell({ progress }) }, lines)),
  );
};
