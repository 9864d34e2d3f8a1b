import { z } from 'zod';
import { defineCommand, openOptions } from '../define.ts';
import { exitCodes } from '../errors.ts';
import { interruptible } from '../interrupt.ts';
import { invocation } from '../invocation.ts';
import { port } from '../port.ts';
import { serve } from '../serving.ts';

export const start = defineCommand({
  name: 'start',
  summary: 'the service: keeps both sides in step until it is stopped',
  description:
    'Polls, reconciles, and answers the other commands over HTTP, on this machine only. Ctrl-C or SIGTERM stops it cleanly with exit code 0; the next start goes on from there.',
  examples: [
    ['start', 'on port 4000'],
    ['start --port 0 --json', 'on a free port, told as JSON: {"url","pid","data"}'],
  ],
  needs: 'folder',
  options: (command) => command.option('--port <n>', 'the port (default: 4000)'),
  schema: z.object({ port: port.default(4000) }),
  async act(cli, common, options) {
    const { shell } = cli;
    return interruptible(shell, async (signal) => {
      const opening = openOptions(cli, common, 'start', 'info');
      const service = await cli.open.service(opening);
      try {
        const serving = { service, world: opening.world, port: options.port, data: common.data, config: common.config };
        await serve(serving, signal, (url) => {
          const tell = invocation(shell, common);
          const about = { url, pid: process.pid, data: common.data };
          shell.stdout.write(
            common.json
              ? `${JSON.stringify(about)}\n`
              : `Syncline runs at ${url}. From another shell: ${tell('status')}\nCtrl-C stops it.\n`,
          );
        });
      } finally {
        await service.close();
      }
      return exitCodes.ok;
    });
  },
});
