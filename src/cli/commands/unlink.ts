import { z } from 'zod';
import { defineCommand } from '../define.ts';
import { exitCodes } from '../errors.ts';
import { invocation } from '../invocation.ts';
import { wrap } from '../render/text.ts';
import { printResult, withApp } from '../with-app.ts';

export const unlink = defineCommand({
  name: 'unlink',
  summary: 'part two records by hand',
  description:
    'Ends a link: both records stay as they are, and each of them waits for a person before anything is done with it again, so that they are not matched anew. `history` and `holds` show the ids of links.',
  examples: [['unlink --link 01jd3w8k2m4n6p8q0r2s4t', 'the two of them go their own ways']],
  needs: 'app',
  options: (command) => command.option('--link <id>', 'this link'),
  schema: z.object({ link: z.string('give the id of a link').min(1, 'give the id of a link') }),
  async act(cli, common, { link }) {
    await withApp(cli, common, 'unlink', (app) => app.unlink(link));
    const holds = invocation(cli.shell, common)('holds');
    const says = `Parted: both records stay as they are and wait for you (\`${holds}\`).`;
    printResult(cli, common, { link, unlinked: true }, () => `${wrap(says, cli.shell.stdout.columns)}\n`);
    return exitCodes.ok;
  },
});
