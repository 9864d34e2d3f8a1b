import { execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { TestProject } from 'vitest/node';

/**
 * A PostgreSQL for the tests, in this order: the one that DATABASE_URL_TEST or DATABASE_URL names; one of our own, from binaries that are
 * here; one of our own, from Debian's package, installed where we are root. Where there is none, the tests fail and say what to do.
 * What our own one needs is a folder and a port that nobody else has; both are gone when the tests are, however they end.
 */
export interface Server {
  /** `postgres://…`; who logs in there may make databases. */
  readonly url: string;
  readonly stop: () => Promise<void>;
}

const oldestVersion = 15;

declare module 'vitest' {
  interface ProvidedContext {
    /** Where files named `x.pg.test.ts` find their server. */
    postgresUrl: string;
  }
}

/** Vitest calls this once for a whole run; a run without such files starts nothing. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const named = process.argv.slice(2).filter((word) => !word.startsWith('-') && word !== 'run' && word !== 'watch');
  const { testFiles } = await project.globTestFiles(named);
  if (!testFiles.some((file) => file.endsWith('.pg.test.ts'))) return undefined;
  const server = await openServer(process.env);
  project.provide('postgresUrl', server.url);
  return server.stop;
}

export async function openServer(environment: NodeJS.ProcessEnv): Promise<Server> {
  const given = environment.DATABASE_URL_TEST || environment.DATABASE_URL;
  if (given) return { url: given, stop: async () => {} };
  const folder = binaries(environment) ?? installed() ?? binaries(environment);
  if (folder === null) throw new Error(nowhere);
  return startServer(folder);
}

const nowhere = `The tests need a PostgreSQL of version ${oldestVersion} or newer and found none. Either
- set DATABASE_URL_TEST=postgres://user:password@host:5432/postgres to one whose user may create databases, or
- install it, so that initdb and postgres are on the PATH or where pg_config says: apt-get install postgresql,
  dnf install postgresql-server, brew install postgresql`;

/** The folder of the newest `initdb` and `postgres` that are here. */
function binaries(environment: NodeJS.ProcessEnv): string | null {
  const packaged = '/usr/lib/postgresql';
  const folders = [
    said('pg_config', ['--bindir'])?.trim() ?? '',
    ...(existsSync(packaged) ? readdirSync(packaged).map((version) => join(packaged, version, 'bin')) : []),
    ...(environment.PATH ?? '').split(delimiter),
  ];
  const found = folders
    .filter((folder) => folder !== '' && existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')))
    .map((folder) => ({ folder, version: versionOf(join(folder, 'postgres')) }))
    .filter(({ version }) => version >= oldestVersion)
    .sort((a, b) => b.version - a.version);
  return found[0]?.folder ?? null;
}

function versionOf(postgres: string): number {
  return Number(/\(PostgreSQL\) (\d+)/.exec(said(postgres, ['--version']) ?? '')?.[1] ?? 0);
}

function said(command: string, args: readonly string[]): string | null {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: 10_000 });
  } catch {
    return null;
  }
}

/** Debian's. */
const installer = 'apt-get';

/** Debian's package without its cluster: nothing runs on the machine but what the tests start. */
function installed(): null {
  if (process.getuid?.() !== 0 || said(installer, ['--version']) === null) return null;
  console.error('The tests need a PostgreSQL: installing the one of this Debian…');
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...args: string[]) =>
    execFileSync(installer, ['-qq', ...args], {
      env: environment,
      stdio: ['ignore', 'ignore', 'inherit'],
      timeout: 300_000,
    });
  try {
    apt('update');
    apt('install', '-y', '--no-install-recommends', 'postgresql-common');
    const file = '/etc/postgresql-common/createcluster.conf';
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, `${text.replace(/^\s*create_main_cluster\s*=.*$/m, '')}\ncreate_main_cluster = false\n`);
    try {
      apt('install', '-y', '--no-install-recommends', 'postgresql');
    } finally {
      writeFileSync(file, text);
    }
  } catch (error) {
    console.error(`That failed: ${error instanceof Error ? error.message : error}`);
  }
  return null;
}

/** Whom the server runs as: root may not run one. */
interface Owner {
  readonly uid: number;
  readonly gid: number;
}

function ownerOf(passwords: string): Owner | null {
  if (process.getuid?.() !== 0) return null;
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] =
      passwords
        .split('\n')
        .find((line) => line.startsWith(`${name}:`))
        ?.split(':') ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error('PostgreSQL does not run as root, and neither a user postgres nor nobody is there to run it as');
}

/**
 * The guard: starts the server, waits until its own input ends, which it does with our process whatever ends that, and takes everything
 * back. It is a process group of its own, so that Ctrl-C reaches us alone.
 */
const guard = `
folder=$1; shift
cd "$folder" || exit 1
"$@" &
cat >/dev/null
kill -INT $! 2>/dev/null
wait
rm -rf "$folder"
`;

/** How often a port that was free a moment ago may be taken by somebody else. */
const attempts = 3;

async function startServer(binaryFolder: string): Promise<Server> {
  const owner = ownerOf(existsSync('/etc/passwd') ? readFileSync('/etc/passwd', 'utf8') : '');
  for (let attempt = 1; ; attempt++) {
    try {
      return await tryServer(binaryFolder, owner);
    } catch (error) {
      if (attempt === attempts) throw error;
    }
  }
}

async function tryServer(binaryFolder: string, owner: Owner | null): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), 'syncline-postgres-'));
  if (owner) chownSync(folder, owner.uid, owner.gid);
  const data = join(folder, 'data');
  const who = owner ?? {};
  const init = ['-D', data, '-U', 'syncline', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync'];
  execFileSync(join(binaryFolder, 'initdb'), init, { ...who, cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  const port = await freePort();
  // What is lost when the machine loses power is lost with the tests anyway.
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    fsync: 'off',
    full_page_writes: 'off',
    shared_buffers: '64MB',
    max_connections: 60,
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawn('sh', ['-c', guard, 'guard', folder, join(binaryFolder, 'postgres'), '-D', data, ...flags], {
    ...who,
    cwd: folder,
    detached: true,
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  const ended = new Promise<void>((done) => child.once('close', () => done()));
  const stop = async () => {
    child.stdin.end();
    await ended;
  };
  const log = await startUp(child.stderr);
  if (log === null) return { url: `postgres://syncline@127.0.0.1:${port}/postgres`, stop };
  await stop();
  throw new Error(`PostgreSQL does not start:\n${log}`);
}

/** Reads what the server says until it is up (null), or until it says why it will not be. The rest is not kept. */
async function startUp(stderr: NodeJS.ReadableStream): Promise<string | null> {
  let log = '';
  return new Promise((answer) => {
    stderr.on('data', (chunk: Buffer) => {
      log += chunk.toString('utf8');
      if (/ready to accept connections/.test(log)) answer(null);
      else if (/FATAL:|not found|ermission denied/.test(log)) answer(log);
      if (log.length > 100_000) log = '';
    });
    stderr.on('end', () => answer(log));
  });
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((done, broken) => {
    probe.once('error', broken);
    probe.listen(0, '127.0.0.1', () => done());
  });
  const address = probe.address();
  await new Promise((done) => probe.close(done));
  if (address === null || typeof address === 'string') throw new Error('a port of this machine has no number');
  return address.port;
}
