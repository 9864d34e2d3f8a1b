import { FaultError } from '../model/fault.ts';
import type { Authorization, Back, Consent } from '../systems/kit/authorize.ts';
import type { Secrets, System } from '../systems/kit/system.ts';
import { AppError } from './app.ts';
import { checkConfig } from './config/check.ts';
import type { Loaded } from './config/load.ts';
import { connectionOf, identify, noConnection, type Opening, openConnection } from './connections.ts';

/**
 * Login in the browser, in two questions: where to go, and what to make of what the browser brought back. Nothing is kept between them but
 * by the one who asks (`state`, `verifier`), so that it does not matter which process answers.
 */

export type { Back, Consent };

/** Where a login begins. */
export interface LoginPage {
  /** The vendor's page, to be opened in a browser. */
  readonly address: string;
  /** The system as people call it. */
  readonly label: string;
}

export interface LoginAsk extends Omit<Consent, 'state'> {
  readonly connection: string;
  /** What the vendor sent the browser back with, `state` left out. */
  readonly back: Back;
}

/** As whom a connection is logged in now. */
export interface LoginReport {
  readonly connection: string;
  readonly system: string;
  readonly account: string;
  readonly environment: 'production' | 'sandbox';
  readonly user: string;
}

/** Throws AppError where the connection does not log in in the browser. */
export async function beginLogin(
  opening: Opening,
  loaded: Loaded,
  { connection, ...consent }: Consent & { readonly connection: string },
): Promise<LoginPage> {
  const system = await known(opening, loaded, connection);
  return { address: authorizationOf(opening, connection, system).address(consent), label: system.label };
}

/**
 * Exchanges the code, and asks as whom that leads us in, before anything is kept: a login that leads to another account than before, or
 * nowhere, leaves the one that there was. Throws AppError.
 */
export async function endLogin(opening: Opening, loaded: Loaded, ask: LoginAsk): Promise<LoginReport> {
  const { connection, back, ...consent } = ask;
  const system = await known(opening, loaded, connection);
  refuseDenied(connection, system, back);
  const tray = createTray(opening.secrets);
  const trying = { ...opening, secrets: tray };
  try {
    await authorizationOf(trying, connection, system).keep({ ...consent, state: '' }, back);
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    const { say, code } = error.fault;
    throw new AppError(`Connection ${connection} was not logged in: ${say}${code ? ` [${code}]` : ''}`, [], {
      cause: error,
    });
  }
  const { account, environment, userName } = await identify(trying, connection, openConnection(trying, connection));
  await tray.keep();
  return { connection, system: system.name, account, environment, user: userName };
}

/** The system of a connection that is configured soundly, whatever is wrong elsewhere. */
async function known(opening: Opening, { source }: Loaded, name: string): Promise<System> {
  const { config, systems } = opening;
  if (!config.connections[name]) throw noConnection(config, name);
  const at = `connections.${name}`;
  const problems = (await checkConfig(config, { systems, source })).filter(
    ({ path }) => path === at || path.startsWith(`${at}.`),
  );
  if (problems.length > 0) throw new AppError(`Connection ${name} has problems; nobody was logged in`, problems);
  return connectionOf(opening, name).system;
}

function authorizationOf(opening: Opening, name: string, system: System): Authorization {
  const { options } = connectionOf(opening, name);
  const found = system.authorize(options);
  if (found === null)
    throw new AppError(
      `Connection ${name} logs in by ${options.auth.type}, which needs no browser. For one, set its auth to type: authorization-code`,
    );
  return found;
}

function refuseDenied(connection: string, { label }: System, back: Back): void {
  const { error, error_description: description, code } = back;
  const not = `Connection ${connection} was not logged in`;
  const words = description ? `: ${description}` : '';
  if (error === 'access_denied') throw new AppError(`${not}: access was denied at ${label}${words} [${error}]`);
  if (error !== undefined) throw new AppError(`${not}: ${label} refused it${words} [${error}]`);
  if (!code) throw new AppError(`${not}: the browser came back from ${label} without a code`);
}

/** What is put into the drawers stays beside them until it is known to be good. */
function createTray(secrets: Secrets): Secrets & { keep(): Promise<void> } {
  const put = new Map<string, string | null>();
  return {
    get: async (name) => put.get(name) ?? (put.has(name) ? null : secrets.get(name)),
    put: async (name, value) => void put.set(name, value),
    async keep() {
      for (const [name, value] of put) await secrets.put(name, value);
    },
  };
}
