import { z } from 'zod';
import type { DoctorRow } from '../../app/app.ts';
import { defineCommand } from '../define.ts';
import { exitCodes } from '../errors.ts';
import { type Paint, painter } from '../render/paint.ts';
import { clean, wrap } from '../render/text.ts';
import { counted } from '../render/words.ts';
import { printResult, withProgress } from '../with-app.ts';

const usualRecordType = 'Zendesk Ticket Sync';

export const doctor = defineCommand({
  name: 'doctor',
  summary: 'check the connected systems live, each finding with a fix',
  description: `Checks what the syncs need at the connected systems: the login, permissions, fields, limits. With --install it first sets up what is missing there, which is safe to repeat: "keys" is the field that makes every create safe to repeat; "package" is the Salesforce case fields that Zendesk tickets go into, with access for our user, and with --record-type a record type for those cases ("${usualRecordType}" where no name is given); "trigger" is the webhook and the trigger by which Zendesk tells of tickets at once. What is there and fits is used as it is. --repair mends what was edited or deleted of the trigger and the webhook. Exit code 3 where something is to be done.`,
  examples: [
    ['doctor', 'checks and changes nothing'],
    ['doctor --install keys', 'creates the field that makes every create safe to repeat'],
    ['doctor --install package --record-type', 'creates the case fields for tickets, and a record type'],
    ['doctor --repair', 'puts back what was changed of the trigger and the webhook in Zendesk'],
    ['doctor --connection sales', 'looks at one connection alone'],
  ],
  needs: 'app',
  options: (command) =>
    command
      .option('--install <what>', 'set up what is missing: keys, package or trigger')
      .option('--repair', 'mend what was changed of the trigger and the webhook')
      .option('--connection <name>', 'only this connection')
      .option('--record-type [name]', 'with --install package: a record type for the cases'),
  schema: z
    .object({
      install: z.enum(['keys', 'package', 'trigger'], 'can install: keys, package, trigger').optional(),
      repair: z.boolean().optional(),
      connection: z.string().min(1, 'give a name').optional(),
      recordType: z
        .union([z.literal(true).transform(() => usualRecordType), z.string().trim().min(1, 'give a name').max(80)])
        .optional(),
    })
    .refine(({ install, recordType }) => recordType === undefined || install === 'package', {
      path: ['recordType'],
      message: 'goes with --install package',
    }),
  async act(cli, common, { install, repair, connection, recordType }) {
    const { shell } = cli;
    const { answer: rows } = await withProgress(cli, common, 'doctor', (app, { onProgress }) =>
      app.doctor({ install: install ?? null, repair, connection, recordType, onProgress }),
    );
    if (rows === null) return exitCodes.interrupted;
    const paint = painter(shell.stdout, shell.environment);
    printResult(cli, common, rows, () => `${textOf(rows, shell.stdout.columns, paint)}\n`);
    return rows.every(({ ok }) => ok) ? exitCodes.ok : exitCodes.left;
  },
});

function textOf(rows: readonly DoctorRow[], columns: number, paint: Paint): string {
  if (rows.length === 0) return 'Nothing to check.';
  const findings = rows.filter(({ ok }) => !ok).length;
  const lines = rows.flatMap(({ check, ok, found, fix }) => [
    `${ok ? paint('green', 'ok') : paint('red', '!!')}  ${paint('bold', clean(check))}`,
    ...(found === '' ? [] : [wrap(clean(found), columns, '    ')]),
    ...(fix === '' ? [] : [wrap(`Fix: ${clean(fix)}`, columns, '    ')]),
  ]);
  return [...lines, findings === 0 ? 'Nothing to mend.' : `${counted(findings, 'finding')} to mend.`].join('\n');
}
