import { z } from 'zod';
import type { ApplyReport } from '../../app/app.ts';
import type { PlanHead } from '../../app/plan/head.ts';
import type { PlanLine } from '../../app/plan/lines.ts';
import { sinceText } from '../../server/filter.ts';
import { type CommonOptions, defineCommand } from '../define.ts';
import { exitCodes } from '../errors.ts';
import { invocation, quoted } from '../invocation.ts';
import { leftText } from '../left-view.ts';
import { planLines, planTarget, writePlan } from '../plan/file.ts';
import { changesOf, type Gathered, gather, type HeldGroup, sampleOf } from '../plan/gather.ts';
import { countsText, forecastText, notesText, type View } from '../plan/head-view.ts';
import { recordsText } from '../plan/records-view.ts';
import { painter } from '../render/paint.ts';
import { clean, wrap, wrapCommand } from '../render/text.ts';
import { counted, duration, number } from '../render/words.ts';
import { figures } from '../run-view.ts';
import type { Shell } from '../shell.ts';
import { printResult, withProgress } from '../with-app.ts';

/** Records of each sync that a person is shown, and lines that JSON has. */
const shownRecords = 10;
const sampledLines = 100;

const word = (what: string) => z.string().min(1, `give ${what}`).exactOptional();

const scope = z.object({
  run: word('the id of a run'),
  link: word('the id of a link'),
  since: sinceText.exactOptional(),
  sync: word('a name'),
  field: word('a field'),
});

const options = scope
  .extend({ preview: z.boolean().default(false), out: word('a file') })
  .refine(({ run, link, since }) => [run, link, since].filter((each) => each !== undefined).length === 1, {
    message: 'say what to undo: --run ID, --link ID or --since TIME',
  })
  .refine(({ preview, out }) => preview || out === undefined, {
    path: ['out'],
    message: 'only a preview is kept in a file; add --preview',
  });

type Typed = z.infer<typeof options>;

export const undo = defineCommand({
  name: 'undo',
  summary: 'put back what was written, where nobody has changed it since',
  description:
    'Goes through what history says of a run, a link or a time, and gives every field what it had before; what somebody has changed since is left and named. A record that was created is removed, one that was linked is parted again, one that was removed is brought back where the vendor can do that. What was undone stays so until its source changes, the rules change, or you answer its hold. An undo is a run of its own and can be undone. Exit code 3 where something is left.',
  examples: [
    ['undo --run 01jd3w8k2m4n6p8q0r2s4t --preview', 'what undoing that run would do; `history` shows runs'],
    ['undo --run 01jd3w8k2m4n6p8q0r2s4t', 'do it'],
    ['undo --since 2h --sync accounts --field notes', 'one field of one sync, as it was two hours ago'],
  ],
  needs: 'app',
  options: (command) =>
    command
      .option('--run <id>', 'what this run wrote')
      .option('--link <id>', 'what was written to the two records of this link')
      .option('--since <time>', 'what was written since a time, or a span back from now: 90m, 24h, 7d')
      .option('--sync <name>', 'only of this sync')
      .option('--field <name>', 'only this field, by its name at the vendor or by its rule')
      .option('--preview', 'only show what would be done')
      .option('--out <file>', 'with --preview: keep all of it in this file'),
  schema: options,
  async act(cli, common, typed) {
    if (typed.preview) return show(cli, common, typed);
    const { shell } = cli;
    const { answer: report, interrupted } = await withProgress(cli, common, 'undo', (app, how) =>
      app.undo({ ...scopeOf(typed), ...how }),
    );
    const view: View = { width: shell.stdout.columns, paint: painter(shell.stdout, shell.environment) };
    if (report !== null)
      printResult(cli, common, report, () => {
        const end = conclusion(report, interrupted, view, invocation(shell, common));
        return `${figures(report, view.width, view.paint)}${leftText(report.left, view)}${wrap(end, view.width)}\n`;
      });
    if (interrupted) {
      shell.stderr.write('Stopped. The same undo once more does the rest.\n');
      return exitCodes.interrupted;
    }
    return report !== null && report.left.length > 0 ? exitCodes.left : exitCodes.ok;
  },
});

function scopeOf(typed: Typed): z.infer<typeof scope> {
  const { preview: _, out: __, ...rest } = typed;
  return rest;
}

function conclusion(
  report: ApplyReport,
  interrupted: boolean,
  { paint }: View,
  tell: (command: string) => string,
): string {
  const took = duration(report.tookMs);
  const syncs = Object.values(report.syncs);
  const held = syncs.reduce((sum, sync) => sum + sync.held, 0);
  const stays =
    held > 0
      ? ` What was undone stays so until its source changes; \`${tell('holds --status undone')}\` lists it.`
      : '';
  const back = ` To take this undo back: \`${tell(`undo --run ${report.run}`)}\`.`;
  if (interrupted) return `Stopped after ${took}.${back}`;
  if (report.left.length > 0) return `${paint('yellow', 'Undone')} in ${took}, but for what was left.${stays}${back}`;
  return `${paint('green', 'Undone')} in ${took}, all of it.${stays}${back}`;
}

type Shown =
  | { readonly head: PlanHead; readonly sample: readonly PlanLine[] }
  | { readonly head: PlanHead; readonly gathered: Gathered };

async function show(cli: Parameters<typeof withProgress>[0], common: CommonOptions, typed: Typed): Promise<number> {
  const { shell } = cli;
  const target = typed.out === undefined ? null : await planTarget(shell, typed.out);
  const taken = async (head: PlanHead, lines: AsyncIterable<string>): Promise<Shown> =>
    common.json
      ? { head, sample: await sampleOf(lines, sampledLines) }
      : { head, gathered: await gather(head, lines, shownRecords) };
  const { answer } = await withProgress(cli, common, 'undo', (app, how) =>
    app.previewUndo({ ...scopeOf(typed), ...how }, async (head, lines) => {
      if (target === null) return taken(head, lines);
      await writePlan(target, head, lines);
      return taken(head, planLines(shell, target));
    }),
  );
  if (answer === null) {
    shell.stderr.write('Stopped. Nothing was written at any vendor.\n');
    return exitCodes.interrupted;
  }
  const printed = 'sample' in answer ? { ...answer.head, sample: answer.sample } : answer.head;
  printResult(cli, common, printed, () => ('gathered' in answer ? text(answer, shell, common, typed) : ''));
  return exitCodes.ok;
}

function text(
  { head, gathered }: { readonly head: PlanHead; readonly gathered: Gathered },
  shell: Shell,
  common: CommonOptions,
  typed: Typed,
): string {
  const view: View = { width: shell.stdout.columns, paint: painter(shell.stdout, shell.environment) };
  const changes = Object.keys(head.syncs).some((name) => changesOf(head, name) > 0) || gathered.holds.some(isParting);
  const words = Object.entries(scopeOf(typed)).flatMap(([name, value]) => [`--${name}`, quoted(value)]);
  const command = invocation(shell, common)(['undo', ...words].join(' '));
  const then = [
    wrap('Nothing was written at any vendor. To do it:', view.width),
    view.paint('cyan', wrapCommand(command, view.width, '  ')),
  ];
  return [
    countsText(withoutHolds(head), view),
    recordsText(head, gathered, view),
    gathered.holds.map((group) => groupText(group, view)).join(''),
    notesText(head, view),
    ...(changes
      ? [forecastText(head, view), `${then.join('\n')}\n`]
      : [`${wrap('Nothing would be written.', view.width)}\n`]),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

/** What an undo leaves or parts waits for nobody: it has a paragraph of its own. */
function withoutHolds(head: PlanHead): PlanHead {
  return {
    ...head,
    syncs: Object.fromEntries(Object.entries(head.syncs).map(([name, counts]) => [name, { ...counts, hold: 0 }])),
  };
}

function isParting({ why }: HeldGroup): boolean {
  return why === 'undone';
}

function groupText(group: HeldGroup, { width, paint }: View): string {
  const what = isParting(group)
    ? counted(group.count, 'pair is parted', 'pairs are parted')
    : `${number(group.count)} ${group.count === 1 ? 'thing is' : 'things are'} left as ${group.count === 1 ? 'it is' : 'they are'}`;
  const title = `${paint('yellow', what)} in ${clean(group.sync)}${group.count === 1 ? '' : ', such as'}:`;
  return `${wrap(title, width)}\n${wrap(clean(group.message), width, '  ')}\n`;
}
