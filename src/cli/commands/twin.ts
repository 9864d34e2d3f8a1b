import { readFile } from 'node:fs/promises';
import { stringify } from 'yaml';
import { z } from 'zod';
import { AppError } from '../../app/app.ts';
import { openDoors } from '../../twins/serve.ts';
import type { TwinAbout } from '../../twins/twin.ts';
import { defineCommand } from '../define.ts';
import { exitCodes, UsageError } from '../errors.ts';
import { interruptible } from '../interrupt.ts';
import { port } from '../port.ts';
import { untilAborted } from '../serving.ts';
import { control, openTwin, type TwinSystem, twinSystems } from '../twins.ts';

const names = Object.keys(twinSystems).join(', ');

export const twin = defineCommand({
  name: 'twin',
  arguments: '<system>',
  summary: 'serve a simulated system, to try things against',
  description: `Serves a twin of one system (${names}) on this machine until it is stopped: the vendor’s API with its limits and lags, and beside it the control surface under /_twin. With --json the first line on stdout is one JSON value: {"system","url","endpoints","auth","connection"}.`,
  examples: [
    ['twin zendesk --port 4002', 'and open http://127.0.0.1:4002/_twin'],
    ['twin salesforce --seed accounts.json', 'with records: {"Account":[{"Name":"Acme"}]}'],
  ],
  needs: 'nothing',
  options: (command) =>
    command
      .option('--port <n>', 'the port; a free one where it is left out')
      .option('--pubsub-port <n>', 'salesforce: the port of its Pub/Sub API; a free one where it is left out')
      .option('--seed <file>', 'records to begin with, as JSON by object'),
  schema: z.object({ port: port.default(0), pubsubPort: port.default(0), seed: z.string().min(1).optional() }),
  async act({ shell }, common, options, [given = '']) {
    if (!isTwinSystem(given)) throw new UsageError(`there is no twin of ${given}; there are ${names}`);
    const seed = options.seed === undefined ? null : await readSeed(options.seed);
    return interruptible(shell, async (signal) => {
      const world = shell.world('warn');
      const running = await openTwin(given, { port: options.port, seed: 1, world });
      try {
        if (seed !== null) await control(running.twin, 'PUT', 'seed', seed);
        const doors = await openDoors(running.twin, { pubsub: options.pubsubPort });
        try {
          const { endpoints, ...said } = running.twin.about(running.served.url);
          const { system, url, auth, connection } = said;
          const about = { system, url, endpoints: { ...endpoints, ...doors.endpoints }, auth, connection };
          shell.stdout.write(common.json ? `${JSON.stringify(about)}\n` : introduction(about));
          await untilAborted(signal);
        } finally {
          await doors.close();
        }
      } finally {
        await running.served.close();
      }
      return exitCodes.ok;
    });
  },
});

function isTwinSystem(name: string): name is TwinSystem {
  return name in twinSystems;
}

/** Read before the port is taken: a mistake in the file is told at once. */
async function readSeed(file: string): Promise<string> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const absent = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw new AppError(`${file} ${absent ? 'not found' : 'cannot be read'}`, [], { cause: error });
  }
  try {
    JSON.parse(text);
  } catch (error) {
    throw new AppError(`${file} is not JSON: ${error instanceof Error ? error.message : String(error)}`, [], {
      cause: error,
    });
  }
  return text;
}

function introduction(about: TwinAbout): string {
  const endpoints = Object.entries(about.endpoints).map(([name, address]) => `  ${name}: ${address}\n`);
  return [
    `A twin of ${about.system} is at ${about.url}\n`,
    ...endpoints,
    `Look inside, and edit records as a person would: ${about.url}/_twin\n\n`,
    `For syncline.yaml:\n\n${snippet(about)}\n`,
    'Ctrl-C stops it; what it holds is gone then.\n',
  ].join('');
}

/** The connection as it goes into the config. */
export function snippet(about: TwinAbout): string {
  const name = about.system === 'salesforce' ? 'sales' : 'support';
  return stringify({ connections: { [name]: { system: about.system, ...about.connection, auth: about.auth } } });
}
