import { z } from 'zod';
import type { StandingEntry } from '../../app/app.ts';
import { show } from '../../model/value.ts';
import { defineCommand } from '../define.ts';
import { exitCodes } from '../errors.ts';
import { invocation, quoted } from '../invocation.ts';
import { painter } from '../render/paint.ts';
import { clean, wrap, wrapCommand } from '../render/text.ts';
import { counted, relative } from '../render/words.ts';
import { printResult, withApp } from '../with-app.ts';

export const answers = defineCommand({
  name: 'answers',
  summary: 'what was answered for always, and how to take it back',
  description:
    'Shows the answers that were given with --always: the sync, the reason and the field that they stand for, and since when. What is forgotten waits for a person again; what was done because of it stays.',
  examples: [
    ['answers', 'all of them'],
    ['answers --forget 01jd3w8k2m4n6p8q0r2s4t', 'such holds wait for a person again'],
  ],
  needs: 'app',
  options: (command) => command.option('--forget <id>', 'take this one back'),
  schema: z.object({ forget: z.string().min(1, 'give an id').optional() }),
  async act(cli, common, { forget }) {
    if (forget !== undefined) {
      await withApp(cli, common, 'answers', (app) => app.forget(forget));
      printResult(cli, common, { forgotten: true }, () => 'Forgotten; such holds wait for you again.\n');
      return exitCodes.ok;
    }
    const entries = await withApp(cli, common, 'answers', (app) => app.answers());
    const { stdout, environment, now } = cli.shell;
    const paint = painter(stdout, environment);
    const tell = invocation(cli.shell, common);
    printResult(cli, common, entries, () =>
      entries.length === 0
        ? 'Nothing was answered for always.\n'
        : `${entries
            .map((entry) =>
              [
                wrap(paint('bold', titleOf(entry)), stdout.columns),
                wrap(clean(`${sentenceOf(entry)}, since ${relative(entry.since, now())}.`), stdout.columns, '  '),
                wrap('To take it back:', stdout.columns, '  '),
                paint('cyan', wrapCommand(tell(`answers --forget ${quoted(entry.id)}`), stdout.columns, '    ')),
                '',
              ].join('\n'),
            )
            .join('\n')}\n${counted(entries.length, 'standing answer')}.\n`,
    );
    return exitCodes.ok;
  },
});

function titleOf({ why, sync, field }: StandingEntry): string {
  return `${clean(why)}  ${clean(sync)}${field === null ? '' : `  ${clean(field)}`}`;
}

function sentenceOf({ answer, from, value }: StandingEntry): string {
  const of = from === null ? '' : `${from === 'crm' ? 'The CRM’s' : 'The desk’s'} value ${show(value)} `;
  switch (answer.say) {
    case 'crm':
      return 'The CRM’s value wins';
    case 'desk':
      return 'The desk’s value wins';
    case 'create':
      return 'A new record is created';
    case 'value':
      return `${of}is written as ${show(answer.value)}`;
    default:
      return from === null ? 'It is left as it is' : `${of}is left out`;
  }
}
