import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { openService } from '../src/app/service.ts';
import { fakeShell } from '../src/cli/fake-shell.ts';
import { runCommand } from '../src/cli/program.ts';
import { openMemory } from '../src/store/memory.ts';
import { type Journey, newJourney } from './journeys/harness.ts';

/** A person's screen, a hundred columns wide and without colours, in a folder of its own: the whole product, with both twins, in this process. */
export interface Screen {
  readonly folder: string;
  /** Answers what is printed. A command of Syncline runs in this process, `curl` reaches the twins by their ports, the rest is a shell's. */
  type(command: string): Promise<string>;
  close(): Promise<void>;
}

/** Long enough for every feed to show what has been edited before. */
const betweenMs = 20_000;
const hosts: Readonly<Record<string, 'sales' | 'support'>> = { 5001: 'sales', 5002: 'support' };

export async function openScreen(): Promise<Screen> {
  const store = openMemory();
  const journey = await newJourney();
  const { folder, world } = journey;
  const environment = credentialsIn(await readFile(join(folder, 'syncline.yaml'), 'utf8'));
  const open = () =>
    openService({
      configPath: join(folder, 'syncline.yaml'),
      dataDir: join(folder, 'data'),
      world,
      environment,
      command: 'syncline',
      openStore: async () => ({ ...store, close: async () => {} }),
    });
  async function syncline(words: readonly string[]): Promise<string> {
    const shell = fakeShell({
      terminal: true,
      columns: 100,
      environment: { npm_command: 'exec', NO_COLOR: '1' },
      world,
    });
    const placed = words.map((word) => (word.endsWith('.jsonl') ? join(folder, word) : word));
    await runCommand(placed, { ...shell, now: world.now }, { app: open, service: open });
    return `${shell.err().replace(progress, '')}${shell.out()}`.replaceAll(`${folder}/`, '');
  }
  function sh(command: string): string {
    const { status, stdout, stderr } = spawnSync('sh', ['-c', command], { cwd: folder, encoding: 'utf8' });
    if (status !== 0) throw new Error(`${command}: ${stderr}`);
    return stdout;
  }
  return {
    folder,
    async type(command) {
      await world.pass(betweenMs);
      const [, words] = /^npx syncline (.+)$/.exec(command) ?? [];
      if (words !== undefined) return syncline(words.split(' '));
      return command.startsWith('curl ') ? curl(journey, command, sh) : sh(command);
    },
    close: () => journey.close(),
  };
}

const logins = z.object({
  connections: z.record(z.string(), z.object({ auth: z.object({ clientId: z.string(), clientSecret: z.string() }) })),
});

/** What the twins print for a person to put into the environment. */
function credentialsIn(config: string): Readonly<Record<string, string>> {
  const { sales, support } = logins.parse(JSON.parse(config)).connections;
  if (!sales || !support) throw new Error('The config has other connections.');
  return {
    SF_ID: sales.auth.clientId,
    SF_SECRET: sales.auth.clientSecret,
    ZD_ID: support.auth.clientId,
    ZD_SECRET: support.auth.clientSecret,
  };
}

/** A line that is painted anew as a command goes on. */
const progress = /\r\p{Cc}\[2K[^\r]*(?=\r)|\r\p{Cc}\[2K/gu;

const call = /^curl -sX ([A-Z]+) 127\.0\.0\.1:(\d+)\/_twin\/(\S+)(?: -d (?:'(.+)'|@(\S+)))?$/;

async function curl({ control }: Journey, command: string, sh: (command: string) => string): Promise<string> {
  const [, method = '', port = '', path = '', text, file] = call.exec(command) ?? [];
  const host = hosts[port];
  if (host === undefined) throw new Error(`No call of a twin: ${command}`);
  const body = file === undefined ? text : sh(`cat ${file}`);
  return `${JSON.stringify(await control(host, method, path, body === undefined ? undefined : JSON.parse(body)))}\n`;
}
