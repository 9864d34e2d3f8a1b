import { z } from 'zod';
import { defineCommand } from '../define.ts';
import { exitCodes } from '../errors.ts';
import { clean, wrap } from '../render/text.ts';
import { printResult, withApp } from '../with-app.ts';

const given = (what: string) => z.string(`give ${what}`).min(1, `give ${what}`);

export const link = defineCommand({
  name: 'link',
  summary: 'join two records by hand, whatever they are matched by',
  description:
    'Says that these two records are the same thing. Both are read first; from then on they are kept in step by the rules of the sync. Refused where one of them is not there or is linked already.',
  examples: [['link --sync accounts --crm 001xx000003DGbYAAW --desk 4711', 'an account and an organization']],
  needs: 'app',
  options: (command) =>
    command
      .option('--sync <name>', 'in this sync')
      .option('--crm <id>', 'the record of the CRM')
      .option('--desk <id>', 'the record of the help desk'),
  schema: z.object({ sync: given('a sync'), crm: given('the id of a record'), desk: given('the id of a record') }),
  async act(cli, common, what) {
    const report = await withApp(cli, common, 'link', (app) => app.link(what));
    const says = clean(`Linked: crm ${what.crm} and desk ${what.desk} are one in ${what.sync} (link ${report.link}).`);
    printResult(
      cli,
      common,
      report,
      () => `${wrap(`${says} The next run brings them in step.`, cli.shell.stdout.columns)}\n`,
    );
    return exitCodes.ok;
  },
});
