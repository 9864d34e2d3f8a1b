import { z } from 'zod';
import type { PlanHead } from '../../app/plan/head.ts';
import type { PlanLine } from '../../app/plan/lines.ts';
import { type CommonOptions, defineCommand } from '../define.ts';
import { exitCodes } from '../errors.ts';
import { invocation, quoted } from '../invocation.ts';
import { planLines, planTarget, writePlan } from '../plan/file.ts';
import { changesOf, type Gathered, gather, sampleOf } from '../plan/gather.ts';
import { countsText, doublesText, forecastText, notesText, type View } from '../plan/head-view.ts';
import { heldText, recordsText } from '../plan/records-view.ts';
import { painter } from '../render/paint.ts';
import { wrap, wrapCommand } from '../render/text.ts';
import { selected, selectionOptions, selectionSchema, selectionWords } from '../selection.ts';
import type { Shell } from '../shell.ts';
import { printResult, withProgress } from '../with-app.ts';

/** Records of each sync that a person is shown, and lines that JSON has. */
const shownRecords = 10;
const sampledLines = 100;

const options = selectionSchema.extend({
  out: z.string().min(1, 'give a file').exactOptional(),
  limit: z.coerce
    .number('give a whole number')
    .int('give a whole number')
    .min(0, 'give 0 or more')
    .max(10_000, 'give at most 10000')
    .exactOptional(),
});

type Shown =
  | { readonly head: PlanHead; readonly sample: readonly PlanLine[] }
  | { readonly head: PlanHead; readonly gathered: Gathered };

export const preview = defineCommand({
  name: 'preview',
  summary: 'what a run would do and what it costs, before anything is written',
  description:
    'Reads both sides and shows, record by record and field by field, what a run would create, update and link, what would wait for a person, and how many calls and how much time it takes. Nothing is written at any vendor. With --out the plan is kept in a file, and `apply` does exactly that and nothing else.',
  examples: [
    ['preview', 'all syncs'],
    ['preview --sync accounts --count 50', 'a small beginning'],
    ['preview --out plan.jsonl', 'kept, for `apply plan.jsonl`'],
    ['preview --json --limit 1000', 'the figures and the first 1,000 lines as JSON'],
  ],
  needs: 'app',
  options: (command) => {
    selectionOptions(command);
    command
      .option('--out <file>', 'keep the plan in this file, in the place of an earlier plan')
      .option(
        '--limit <n>',
        `how many records of each sync are shown (default: ${shownRecords}); with --json, how many lines (default: ${sampledLines})`,
      );
  },
  schema: options,
  async act(cli, common, typed) {
    const { shell } = cli;
    const asked = await selected(shell, typed);
    const target = typed.out === undefined ? null : await planTarget(shell, typed.out);
    const show = async (head: PlanHead, lines: AsyncIterable<string>): Promise<Shown> =>
      common.json
        ? { head, sample: await sampleOf(lines, typed.limit ?? sampledLines) }
        : { head, gathered: await gather(head, lines, typed.limit ?? shownRecords) };
    const { answer } = await withProgress(cli, common, 'preview', (app, how) =>
      app.preview({ ...asked, ...how }, async (head, lines) => {
        if (target === null) return show(head, lines);
        await writePlan(target, head, lines);
        return show(head, planLines(shell, target));
      }),
    );
    if (answer === null) {
      shell.stderr.write('Stopped. Nothing was written at any vendor.\n');
      return exitCodes.interrupted;
    }
    const { head } = answer;
    const printed = 'sample' in answer ? { ...head, sample: answer.sample } : head;
    printResult(cli, common, printed, () =>
      'gathered' in answer ? text(answer, shell, next(shell, common, typed)) : '',
    );
    return exitCodes.ok;
  },
});

interface Next {
  /** With what else it is kept or done. */
  readonly says: string;
  readonly commands: readonly string[];
}

function text(
  { head, gathered }: { readonly head: PlanHead; readonly gathered: Gathered },
  { stdout, environment }: Shell,
  then: readonly Next[],
): string {
  const view: View = { width: stdout.columns, paint: painter(stdout, environment) };
  const changes = Object.keys(head.syncs).some((name) => changesOf(head, name) > 0);
  const steps = then.flatMap(({ says, commands }) => [
    wrap(says, view.width),
    ...commands.map((command) => view.paint('cyan', wrapCommand(command, view.width, '  '))),
  ]);
  return [
    countsText(head, view),
    recordsText(head, gathered, view),
    heldText(gathered.holds, view),
    doublesText(head, view),
    notesText(head, view),
    ...(changes
      ? [forecastText(head, view), `${[wrap('Nothing was written at any vendor.', view.width), ...steps].join('\n')}\n`]
      : [`${wrap('Nothing would be written.', view.width)}\n`]),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

/** How this plan is done: from its file, or by a run of the same records. */
function next(shell: Shell, common: CommonOptions, typed: z.infer<typeof options>): readonly Next[] {
  const tell = invocation(shell, common);
  if (typed.out !== undefined) return [{ says: 'To do exactly this:', commands: [tell(`apply ${quoted(typed.out)}`)] }];
  const words = selectionWords(typed);
  const asked = (...command: readonly string[]) => tell([...command, ...words].join(' '));
  return [
    { says: 'To do it, with whatever is due by then:', commands: [asked('run')] },
    {
      says: 'To keep a plan, and then do exactly that:',
      commands: [asked('preview', '--out', 'plan.jsonl'), tell('apply plan.jsonl')],
    },
  ];
}
