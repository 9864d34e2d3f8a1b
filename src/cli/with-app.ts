import type { App } from '../app/app.ts';
import { type Cli, type CommonOptions, openOptions } from './define.ts';
import { interruptible } from './interrupt.ts';

/** Opens, asks, and closes whatever came of it. */
export async function withApp<T>(
  cli: Cli,
  common: CommonOptions,
  command: string,
  ask: (app: App, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  return interruptible(cli.shell, async (signal) => {
    const app = await cli.open.app(openOptions(cli, common, command));
    try {
      return await ask(app, signal);
    } finally {
      await app.close();
    }
  });
}

/** The result, on stdout: one JSON value, or text for a person. */
export function printResult(cli: Cli, common: CommonOptions, value: unknown, human: () => string): void {
  cli.shell.stdout.write(common.json ? `${JSON.stringify(value)}\n` : human());
}
