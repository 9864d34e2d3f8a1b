import { z } from 'zod';
import type { AdoptOptions, AdoptReport } from '../../app/app.ts';
import { defineCommand } from '../define.ts';
import { exitCodes } from '../errors.ts';
import { clean, wrap } from '../render/text.ts';
import { counted, number } from '../render/words.ts';
import { printResult, withProgress } from '../with-app.ts';

/** `crm:Zendesk_Id__c` */
const from = z.string('give crm:FIELD or desk:FIELD').transform((text, context): AdoptOptions['from'] => {
  const [, side, field] = /^(crm|desk):(.+)$/.exec(text) ?? [];
  if ((side === 'crm' || side === 'desk') && field !== undefined) return { side, field };
  context.addIssue('give crm:FIELD or desk:FIELD, such as crm:Zendesk_Id__c');
  return z.NEVER;
});

export const adopt = defineCommand({
  name: 'adopt',
  summary: 'take over links that another tool has kept in a field',
  description:
    'Joins records by ids: each record of the one side whose field names a record of the other side is linked with it. Nothing is written at any vendor by that; what differs is brought in step by the next run. Exit code 3 where some could not be joined.',
  examples: [
    ['adopt --sync accounts --from crm:Zendesk_Organization_Id__c', 'the accounts say which organization they are'],
    ['adopt --sync accounts --from desk:external_id', 'the organizations say which account they are'],
  ],
  needs: 'app',
  options: (command) =>
    command
      .option('--sync <name>', 'in this sync')
      .option('--from <side:field>', 'the side that has the field, and the field: crm:FIELD or desk:FIELD'),
  schema: z.object({ sync: z.string('give a sync').min(1, 'give a sync'), from }),
  async act(cli, common, what) {
    const { answer: report, interrupted } = await withProgress(cli, common, 'adopt', (app, how) =>
      app.adopt({ ...what, ...how }),
    );
    if (report !== null) printResult(cli, common, report, () => adoptedText(report, cli.shell.stdout.columns));
    if (interrupted) {
      cli.shell.stderr.write('Stopped. What is joined by then stays so.\n');
      return exitCodes.interrupted;
    }
    return report !== null && report.leftCount > 0 ? exitCodes.left : exitCodes.ok;
  },
});

function adoptedText({ named, linked, already, left, leftCount }: AdoptReport, width: number): string {
  const says = `${counted(named, 'record names', 'records name')} one of the other side: ${number(linked)} linked, ${number(already)} linked before, ${number(leftCount)} left.`;
  const more = leftCount - left.length;
  return `${[
    wrap(says, width),
    ...left.map(({ id, named: twin, why }) => wrap(clean(`${id} names ${twin}: ${why}`), width, '  ')),
    ...(more > 0 ? [`  … and ${number(more)} more`] : []),
  ].join('\n')}\n`;
}
