import { randomBytes } from 'node:crypto';
import { chmod, link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { AppError } from './app.ts';
import { type ProcessTable, thisMachine } from './processes.ts';

/**
 * The data folder: everything that Syncline keeps on this machine, for one process at a time.
 *
 *  layout       the number of its layout; a newer one than this build knows is refused
 *  lock         who has it open: pid, command, since; taken over when that process is dead
 *  key          the key that seals stored credentials (see `key`)
 *  server.json  where the running server is and the token that opens it; there only while it runs
 *  database     belongs to the store
 *
 * The folder is for its owner alone (mode 0700), the files with secrets as well (0600).
 */
export interface DataFolder {
  readonly path: string;
  /** A path inside the folder. */
  file(name: string): string;
  /**
   * The 32 bytes that seal stored credentials (AES-256). SYNCLINE_KEY of the environment where it is set: 64 hexadecimal digits, or
   * 32 bytes in base64; keep it where the backups are not. Else the file `key` in the folder, made on first use: then whoever can read
   * the whole folder can read the credentials, and a backup without `key` has lost them.
   */
  key(): Promise<Uint8Array>;
  /** Ends the lock. Safe to repeat. */
  close(): Promise<void>;
}

export interface FolderOptions {
  readonly path: string;
  /** Named to whoever finds the folder in use: `syncline start`. */
  readonly command: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly now: () => number;
  /** Who is alive on this machine; another one in tests. */
  readonly processes?: ProcessTable;
}

/** Raised when files move or change their meaning. */
export const folderLayout = 1;

const lockSchema = z.object({
  pid: z.number(),
  started: z.string().nullable(),
  host: z.string(),
  command: z.string(),
  since: z.string(),
});
type Lock = z.infer<typeof lockSchema>;

/** Opens the folder, and makes it where there is none. Throws AppError where it is in use, newer than this build, or not ours to open. */
export async function openFolder(options: FolderOptions): Promise<DataFolder> {
  const path = resolve(options.path);
  const processes = options.processes ?? thisMachine;
  const file = (name: string): string => join(path, name);
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    const release = await lock(path, options, processes);
    try {
      await checkLayout(path);
    } catch (error) {
      await release();
      throw error;
    }
    return { path, file, key: () => readKey(file('key'), options.environment), close: release };
  } catch (error) {
    throw explained(error, path);
  }
}

async function checkLayout(path: string): Promise<void> {
  const file = join(path, 'layout');
  const found = await readOr(file, null);
  if (found === null) {
    // Credentials live here: a folder inside a repository must not be committed by accident.
    await writeFile(join(path, '.gitignore'), '*\n');
    await writeFile(file, `${folderLayout}\n`);
    return;
  }
  const layout = Number(found.trim());
  if (!Number.isInteger(layout) || layout < 1)
    throw new AppError(
      `${file} should hold the number of the folder's layout, but holds "${found.trim().slice(0, 40)}"`,
    );
  if (layout > folderLayout)
    throw new AppError(
      `${path} was written by a newer Syncline (layout ${layout}; this one knows up to ${folderLayout}). Use that version, or another folder with --data`,
    );
}

async function lock(path: string, options: FolderOptions, processes: ProcessTable): Promise<() => Promise<void>> {
  const file = join(path, 'lock');
  const mine: Lock = {
    pid: processes.pid,
    started: processes.startOf(processes.pid),
    host: hostname(),
    command: options.command,
    since: new Date(options.now()).toISOString(),
  };
  const text = `${JSON.stringify(mine)}\n`;
  if (!(await createFile(file, text))) await takeOver(path, file, text, processes);
  opened.add(file);
  let released = false;
  return async () => {
    if (released) return;
    released = true;
    opened.delete(file);
    await rm(file, { force: true });
  };
}

/** Folders that this very process has open: a lock of our own pid that is not here was left by a process before us. */
const opened = new Set<string>();

/**
 * Replaces the lock of a dead process. Two processes may find the same one: only the one that makes the file `lock.takeover` goes on,
 * and it looks again, because the other may have been faster from beginning to end.
 */
async function takeOver(path: string, file: string, text: string, processes: ProcessTable): Promise<void> {
  await refuseLive(path, file, processes);
  const guard = join(path, 'lock.takeover');
  if (!(await createFile(guard, text))) {
    // Held for a moment only; one that was left behind by a crash ends with its process.
    await refuseLive(path, guard, processes);
    await rm(guard, { force: true });
    throw new AppError(`${path} is being opened by another process; try again`);
  }
  try {
    await refuseLive(path, file, processes);
    await rm(file, { force: true });
    if (!(await createFile(file, text))) throw new AppError(`${path} is being opened by another process; try again`);
  } finally {
    await rm(guard, { force: true });
  }
}

async function refuseLive(path: string, file: string, processes: ProcessTable): Promise<void> {
  const text = await readOr(file, null);
  if (text === null) return;
  const found = parseAs(lockSchema, text);
  // Nothing that we wrote: not worth protecting.
  if (found === null) return;
  if (found.host !== hostname())
    throw new AppError(
      `${path} is in use by \`${found.command}\` on ${found.host} (pid ${found.pid}, since ${found.since}). If that machine has stopped for good, remove ${file}`,
    );
  if (!opened.has(file) && (found.pid === processes.pid || !alive(found, processes))) return;
  throw new AppError(`${path} is in use by \`${found.command}\` (pid ${found.pid}, since ${found.since})`);
}

/** The same process: alive, and started when the lock says, because pids are used again after a restart of the machine. */
function alive(found: Lock, processes: ProcessTable): boolean {
  if (!processes.alive(found.pid)) return false;
  const started = processes.startOf(found.pid);
  return found.started === null || started === null || started === found.started;
}

async function readKey(file: string, environment: FolderOptions['environment']): Promise<Uint8Array> {
  const given = environment.SYNCLINE_KEY;
  if (given !== undefined && given !== '') {
    const key = decodeKey(given);
    if (key === null)
      throw new AppError(
        'SYNCLINE_KEY is not a key: give 64 hexadecimal digits or 32 bytes in base64, such as `openssl rand -base64 32` prints',
      );
    return key;
  }
  try {
    await createFile(file, `${randomBytes(32).toString('base64')}\n`);
    const key = decodeKey(await readFile(file, 'utf8'));
    if (key === null)
      throw new AppError(
        `${file} does not hold a key. Put back the one that was there, or stored credentials are lost`,
      );
    return key;
  } catch (error) {
    throw explained(error, file);
  }
}

function decodeKey(text: string): Uint8Array | null {
  const trimmed = text.trim();
  if (/^[0-9a-f]{64}$/i.test(trimmed)) return Buffer.from(trimmed, 'hex');
  const bytes = Buffer.from(trimmed, 'base64');
  return /^[\w+/-]+={0,2}$/.test(trimmed) && bytes.length === 32 ? bytes : null;
}

const serverSchema = z.object({
  url: z.string(),
  token: z.string(),
  /** Told by `/health/live` as well: so a stranger on a port that was ours is not sent our token. */
  instance: z.string(),
  pid: z.number(),
  /** The config file that the server runs with. */
  config: z.string(),
});
/** Where the running server of a data folder is, and the token that opens it. */
export type RunningServer = z.infer<typeof serverSchema>;

const serverFile = 'server.json';

/** A token that cannot be guessed: 32 bytes. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** Tells other shells of this user where the server is. Only for the process that has the folder open. */
export async function announceServer(path: string, server: RunningServer): Promise<void> {
  await mkdir(resolve(path), { recursive: true, mode: 0o700 });
  const file = join(resolve(path), serverFile);
  const draft = `${file}.${server.pid}`;
  await writeFile(draft, `${JSON.stringify(server)}\n`, { mode: 0o600 });
  await chmod(draft, 0o600);
  // Renamed into place, so that nobody reads half of it.
  await rename(draft, file);
}

export async function withdrawServer(path: string): Promise<void> {
  await rm(join(resolve(path), serverFile), { force: true });
}

/** What the last server of this folder announced; null where there is none. Whether it still runs only a question to it can tell. */
export async function findServer(path: string): Promise<RunningServer | null> {
  const file = join(resolve(path), serverFile);
  try {
    const text = await readOr(file, null);
    return text === null ? null : parseAs(serverSchema, text);
  } catch (error) {
    throw explained(error, file);
  }
}

/** Creates the file with this text, whole or not at all, unless it is there; false where it is. */
async function createFile(file: string, text: string): Promise<boolean> {
  // Written aside and linked into place: a lock that another process could see half-written would look like that of a dead one.
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    await writeFile(draft, text, { flag: 'wx', mode: 0o600 });
    await link(draft, file);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function readOr<T>(file: string, absent: T): Promise<string | T> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return absent;
    throw error;
  }
}

function parseAs<T>(schema: z.ZodType<T>, text: string): T | null {
  try {
    return schema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}

const explanations: Readonly<Record<string, string>> = {
  EACCES: 'may not be read or written by this user',
  EPERM: 'may not be read or written by this user',
  ENOTDIR: 'is not a folder',
  EEXIST: 'is not a folder',
  EROFS: 'is on a disk that cannot be written to',
  ENOSPC: 'is on a disk that is full',
};

/** What a failure of the file system means to a person, as an AppError; anything else as it was. */
export function explained(error: unknown, path: string): unknown {
  const words = explanations[codeOf(error) ?? ''];
  return words === undefined
    ? error
    : new AppError(`${path} ${words}. Mend that, or choose another folder with --data`, [], { cause: error });
}
