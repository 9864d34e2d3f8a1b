import { z } from 'zod';
import type { App, PauseTarget } from '../app/app.ts';
import { defineCommand, type Register } from './define.ts';
import { exitCodes, UsageError } from './errors.ts';
import { clean } from './render/text.ts';
import { printResult, withApp } from './with-app.ts';

export interface Pausing {
  readonly name: 'pause' | 'resume';
  readonly summary: string;
  readonly description: string;
  readonly done: string;
  readonly ask: (app: App, what: PauseTarget) => Promise<void>;
}

const name = z.string().min(1, 'give a name').optional();

/** `pause` and `resume` take the same options. */
export function pausingCommand(setup: Pausing): Register {
  return defineCommand({
    name: setup.name,
    summary: setup.summary,
    description: setup.description,
    examples: [
      [`${setup.name} --sync accounts`, 'one sync'],
      [`${setup.name} --connection support`, 'everything that touches one connection'],
    ],
    needs: 'app',
    options: (command) =>
      command
        .option('--sync <name>', 'this sync')
        .option('--connection <name>', 'this connection')
        .option('--link <id>', 'this link'),
    schema: z.object({ sync: name, connection: name, link: name }),
    async act(cli, common, typed) {
      const kinds = ['sync', 'connection', 'link'] as const;
      const [what, ...more] = kinds.flatMap((kind): PauseTarget[] => {
        const given = typed[kind];
        return given === undefined ? [] : [{ kind, name: given }];
      });
      if (what === undefined || more.length > 0) throw new UsageError('give one of --sync, --connection and --link');
      await withApp(cli, common, setup.name, (app) => setup.ask(app, what));
      printResult(
        cli,
        common,
        { ...what, paused: setup.name === 'pause' },
        () => `${what.kind} ${clean(what.name)} ${setup.done}\n`,
      );
      return exitCodes.ok;
    },
  });
}
