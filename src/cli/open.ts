import { access, constants } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { type App, AppError } from '../app/app.ts';
import { findServer } from '../app/folder.ts';
import type { Service } from '../app/service.ts';
import type { World } from '../model/world.ts';
import { createClient, whoAnswers } from '../server/client.ts';
import { isLoopback } from '../server/guard.ts';
import { UsageError } from './errors.ts';
import type { Shell } from './shell.ts';

export interface OpenOptions {
  readonly shell: Pick<Shell, 'environment' | 'stderr'>;
  readonly world: World;
  readonly config: string;
  readonly configGiven: boolean;
  readonly data: string;
  readonly url: string | undefined;
  /** Told where the config is that the app works with, for messages. */
  readonly using: (file: string) => void;
  /** Who opens the folder: `syncline run`. */
  readonly command: string;
}

/** How commands get what they ask; tests give their own. */
export interface Open {
  /** The server at --url, the server of the data folder if one runs, or the folder itself. */
  app(options: OpenOptions): Promise<App>;
  /** The folder itself, for whoever is going to be its server. */
  service(options: OpenOptions): Promise<Service>;
}

export const open: Open = { app: openApp, service: openService };

/** A server that died refuses at once; one that is deep in its embedded database may need a moment. */
const healthTimeoutMs = 10_000;

async function openApp(options: OpenOptions): Promise<App> {
  const { world, url } = options;
  if (url !== undefined) return openUrl(url, options);
  const server = await findServer(options.data);
  // The token goes only to the very server that wrote it down, not to whatever has that port by now.
  if (server !== null && (await whoAnswers(server.url, world, healthTimeoutMs)) === server.instance) {
    if (options.configGiven && resolve(options.config) !== server.config)
      throw new AppError(
        `The server of ${options.data} runs with ${server.config}, not with ${resolve(options.config)}. Stop it first, or use another data folder with --data`,
      );
    options.using(nearer(server.config));
    return createClient({ url: server.url, token: server.token, world });
  }
  return openService(options);
}

/** A path as a person here would write it. */
function nearer(path: string): string {
  const near = relative('.', path);
  return near.startsWith('..') ? path : near;
}

function openUrl(text: string, { shell, world, using }: OpenOptions): App {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new UsageError(`option --url: ${text} is not an address such as http://127.0.0.1:4000`);
  if (url.protocol === 'http:' && !isLoopback(url.host))
    throw new UsageError('option --url: plain http would show the token to everybody on the way; use https');
  const token = shell.environment.SYNCLINE_TOKEN ?? '';
  if (token === '')
    throw new AppError('Set SYNCLINE_TOKEN to the API token of that server; it is in server.json in its data folder');
  using(`the config of ${url.origin}`);
  return createClient({ url: url.origin, token, world });
}

async function openService(options: OpenOptions): Promise<Service> {
  await needConfig(options.config);
  // Loaded only here: a command that asks a server starts faster without the engine and the database.
  const { environment } = options.shell;
  const { world, command, config: configPath } = options;
  const service = environment.DATABASE_URL
    ? await (await import('../app/shared.ts')).openShared({ configPath, world, environment, command })
    : await (await import('../app/service.ts')).openService({
        configPath,
        dataDir: options.data,
        world,
        environment,
        command,
      });
  for (const warning of service.warnings) options.shell.stderr.write(`Note: ${warning}\n`);
  return service;
}

async function needConfig(file: string): Promise<void> {
  try {
    await access(file, constants.R_OK);
  } catch (error) {
    const unreadable = error instanceof Error && 'code' in error && error.code !== 'ENOENT';
    if (unreadable) throw new AppError(`${file} cannot be read by this user`, [], { cause: error });
    throw new AppError(`${file} not found; \`syncline demo\` shows one, or write:\n\n${minimalConfig}`, [], {
      cause: error,
    });
  }
}

const minimalConfig = `  version: 1
  connections:
    sales:
      system: salesforce
      url: https://YOUR-DOMAIN.my.salesforce.com
      auth: { type: client-credentials, clientId: "\${SF_ID}", clientSecret: "\${SF_SECRET}" }
    support:
      system: zendesk
      url: https://YOUR-NAME.zendesk.com
      auth: { type: client-credentials, clientId: "\${ZD_ID}", clientSecret: "\${ZD_SECRET}" }
  syncs:
    accounts:
      preset: salesforce-zendesk/accounts
      crm: { connection: sales }
      desk: { connection: support }
`;
