import { z } from 'zod';
import { defineCommand, openOptions } from '../define.ts';
import { exitCodes } from '../errors.ts';
import { interruptible } from '../interrupt.ts';

export const worker = defineCommand({
  name: 'worker',
  summary: 'one more worker on the same PostgreSQL',
  description:
    'Polls and reconciles like the service, without its HTTP, on the database that DATABASE_URL names; any number of workers share the work. All of them need the same SYNCLINE_KEY and the same config; nothing is kept on this machine. Ctrl-C or SIGTERM stops it cleanly with exit code 0; what it was doing goes on with the next worker.',
  examples: [['worker', 'until it is stopped']],
  needs: 'folder',
  schema: z.object({}),
  async act(cli, common) {
    const { shell } = cli;
    return interruptible(shell, async (signal) => {
      const { world, config, command } = openOptions(cli, common, 'worker', 'info');
      // Loaded only here: the engine and the database are heavy.
      const { openShared } = await import('../../app/shared.ts');
      const service = await openShared({ configPath: config, world, environment: shell.environment, command });
      try {
        for (const warning of service.warnings) shell.stderr.write(`Note: ${warning}\n`);
        const about = { pid: process.pid };
        shell.stdout.write(
          common.json ? `${JSON.stringify(about)}\n` : 'This worker shares the work. Ctrl-C stops it.\n',
        );
        await service.start(signal);
      } finally {
        await service.close();
      }
      return exitCodes.ok;
    });
  },
});
