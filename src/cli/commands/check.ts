import { z } from 'zod';
import { AppError, type Problem } from '../../app/app.ts';
import { type Cli, type CommonOptions, defineCommand } from '../define.ts';
import { exitCodes, problemLine } from '../errors.ts';
import { painter } from '../render/paint.ts';
import { wrap } from '../render/text.ts';
import { counted } from '../render/words.ts';
import { printResult, withApp } from '../with-app.ts';

export const check = defineCommand({
  name: 'check',
  summary: 'find mistakes in the config',
  description:
    'Checks the config against its schema and the fields that every account has; with --live against what the connected systems say of themselves. Every problem comes with its line and what would be right. Exit code 1 where there are problems; what only deserves a look, such as options without a mapping, is told before them.',
  examples: [
    ['check', 'reads the file only'],
    ['check --live', 'asks Salesforce and Zendesk as well'],
  ],
  needs: 'app',
  options: (command) => command.option('--live', 'ask the connected systems too'),
  schema: z.object({ live: z.boolean().default(false) }),
  async act(cli, common, { live }) {
    const problems = await findProblems(cli, common, live);
    const { stdout, environment } = cli.shell;
    const paint = painter(stdout, environment);
    const [warnings, real] = [true, false].map((is) => problems.filter(({ warning = false }) => warning === is));
    const count = real?.length ?? 0;
    printResult(cli, common, problems, () => {
      const lines = [...(warnings ?? []), ...(real ?? [])].map(
        (problem) => `${wrap(problemLine(problem, cli.config.file), stdout.columns)}\n`,
      );
      const sum =
        count === 0
          ? `${paint('green', 'No problems')} in ${cli.config.file}${live ? ', also not against the connected systems' : ''}.\n`
          : `${counted(count, 'problem')}.\n`;
      return `${lines.join('')}${sum}`;
    });
    return count === 0 ? exitCodes.ok : exitCodes.failed;
  },
});

/** A config that is too broken to open anything with has its problems in the refusal. */
async function findProblems(cli: Cli, common: CommonOptions, live: boolean): Promise<readonly Problem[]> {
  try {
    return await withApp(cli, common, 'check', (app) => app.check({ live }));
  } catch (error) {
    if (error instanceof AppError && error.problems.length > 0) return error.problems;
    throw error;
  }
}
