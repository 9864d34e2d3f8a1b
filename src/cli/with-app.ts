import type { App, Progress } from '../app/app.ts';
import { type Cli, type CommonOptions, openOptions } from './define.ts';
import { interruptible } from './interrupt.ts';
import { progressLine } from './render/progress.ts';

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

/** What came of something that takes long. */
export interface Watched<T> {
  /** null where a person stopped it before there was an answer: what was done is in the history. */
  readonly answer: T | null;
  readonly interrupted: boolean;
}

/** As `withApp`, for what takes long: its progress is shown, and Ctrl-C stops it cleanly. */
export async function withProgress<T>(
  cli: Cli,
  common: CommonOptions,
  command: string,
  ask: (app: App, how: { signal: AbortSignal; onProgress: (progress: Progress) => void }) => Promise<T>,
): Promise<Watched<T>> {
  const line = progressLine(cli.shell, cli.shell);
  return withApp(cli, common, command, async (app, signal) => {
    try {
      return { answer: await ask(app, { signal, onProgress: line.show }), interrupted: signal.aborted };
    } catch (error) {
      if (!signal.aborted) throw error;
      return { answer: null, interrupted: true };
    } finally {
      line.clear();
    }
  });
}

/** The result, on stdout: one JSON value, or text for a person. */
export function printResult(cli: Cli, common: CommonOptions, value: unknown, human: () => string): void {
  cli.shell.stdout.write(common.json ? `${JSON.stringify(value)}\n` : human());
}
