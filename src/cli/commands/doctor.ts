import { z } from 'zod';
import { defineCommand } from '../define.ts';
import { exitCodes } from '../errors.ts';
import { painter } from '../render/paint.ts';
import { clean, wrap } from '../render/text.ts';
import { counted } from '../render/words.ts';
import { printResult, withApp } from '../with-app.ts';

export const doctor = defineCommand({
  name: 'doctor',
  summary: 'check the connected systems live, each finding with a fix',
  description:
    'Checks what the syncs need at the connected systems: the login, permissions, fields, limits. With --install it first sets up what is missing there, which is safe to repeat. Exit code 3 where something is to be done.',
  examples: [
    ['doctor', 'checks and changes nothing'],
    ['doctor --install keys', 'creates the field that makes every create safe to repeat'],
  ],
  needs: 'app',
  options: (command) => command.option('--install <what>', 'set up what is missing: keys'),
  schema: z.object({ install: z.enum(['keys'], 'can install: keys').optional() }),
  async act(cli, common, { install }) {
    const rows = await withApp(cli, common, 'doctor', (app) => app.doctor({ install: install ?? null }));
    const { stdout, environment } = cli.shell;
    const paint = painter(stdout, environment);
    const findings = rows.filter((row) => !row.ok).length;
    printResult(cli, common, rows, () => {
      const lines = rows.flatMap((row) => [
        `${row.ok ? paint('green', 'ok') : paint('red', '!!')}  ${paint('bold', clean(row.check))}`,
        ...(row.found === '' ? [] : [wrap(clean(row.found), stdout.columns, '    ')]),
        ...(row.fix === '' ? [] : [wrap(`Fix: ${clean(row.fix)}`, stdout.columns, '    ')]),
      ]);
      const end = findings === 0 ? 'Nothing to mend.' : `${counted(findings, 'finding')} to mend.`;
      return `${[...lines, rows.length === 0 ? 'Nothing to check.' : end].join('\n')}\n`;
    });
    return findings === 0 ? exitCodes.ok : exitCodes.left;
  },
});
