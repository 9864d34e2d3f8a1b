import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { announceServer, type FolderOptions, findServer, openFolder, withdrawServer } from './folder.ts';
import type { ProcessTable } from './processes.ts';

const noon = Date.parse('2026-11-20T12:00:00Z');
let parent: string;
let path: string;

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'syncline-folder-'));
  path = join(parent, 'data');
});
afterEach(() => rm(parent, { recursive: true, force: true }));

/** A machine on which these processes run, each with what tells it from a later one of the same pid. */
function machine(pid: number, running: Readonly<Record<number, string>>): ProcessTable {
  return { pid, alive: (other) => other in running, startOf: (other) => running[other] ?? null };
}

function options(more: Partial<FolderOptions> = {}): FolderOptions {
  return {
    path,
    command: 'syncline run',
    environment: {},
    now: () => noon,
    processes: machine(7, { 7: 'a' }),
    ...more,
  };
}

async function leaveLock(pid: number, started: string | null, host = hostname()): Promise<void> {
  await (await openFolder(options())).close();
  const lock = { pid, started, host, command: 'syncline start', since: '2026-11-20T09:00:00.000Z' };
  await writeFile(join(path, 'lock'), JSON.stringify(lock));
}

const modeOf = async (file: string): Promise<number> => (await stat(file)).mode & 0o777;

describe('the data folder', () => {
  it('is made for its owner alone and is never committed', async () => {
    const folder = await openFolder(options());
    expect(await modeOf(path)).toBe(0o700);
    expect(await modeOf(folder.file('lock'))).toBe(0o600);
    expect(await readFile(folder.file('.gitignore'), 'utf8')).toBe('*\n');
    await folder.close();
  });

  it('refuses what a newer Syncline wrote, and leaves no lock behind', async () => {
    await (await openFolder(options())).close();
    await writeFile(join(path, 'layout'), '2\n');
    await expect(openFolder(options())).rejects.toThrow(
      /written by a newer Syncline \(layout 2; this one knows up to 1\)/,
    );
    await expect(stat(join(path, 'lock'))).rejects.toThrow('ENOENT');
  });

  it('says so where a file is in its place', async () => {
    await writeFile(path, 'not a folder');
    await expect(openFolder(options())).rejects.toThrow(/data is not a folder/);
  });
});

describe('the lock', () => {
  it('keeps a second process out while the first lives, naming it', async () => {
    await leaveLock(123, 'b');
    const processes = machine(7, { 7: 'a', 123: 'b' });
    await expect(openFolder(options({ processes }))).rejects.toThrow(
      `${path} is in use by \`syncline start\` (pid 123, since 2026-11-20T09:00:00.000Z)`,
    );
  });

  it('keeps the same process from opening the folder twice, and lets it open it again after closing', async () => {
    const first = await openFolder(options());
    await expect(openFolder(options())).rejects.toThrow(/in use by `syncline run`/);
    await first.close();
    await (await openFolder(options())).close();
  });

  it.each([
    ['is dead', 123, 'b', { 7: 'a' }],
    ['is dead and its pid was given to another process', 123, 'b', { 7: 'a', 123: 'c' }],
    ['had our own pid before a restart', 7, 'older', { 7: 'a' }],
  ])('is taken over when the process that left it %s', async (_, pid, started, running) => {
    await leaveLock(pid, started);
    const folder = await openFolder(options({ processes: machine(7, running) }));
    expect(JSON.parse(await readFile(folder.file('lock'), 'utf8'))).toMatchObject({
      pid: 7,
      command: 'syncline run',
      since: '2026-11-20T12:00:00.000Z',
    });
    await folder.close();
  });

  it('goes to one of two processes that find it stale together', async () => {
    await leaveLock(123, 'b');
    const running = { 7: 'a', 8: 'x' };
    const both = await Promise.allSettled([
      openFolder(options({ processes: machine(7, running) })),
      openFolder(options({ processes: machine(8, running) })),
    ]);
    const won = both.filter((one) => one.status === 'fulfilled');
    expect(won).toHaveLength(1);
    for (const one of won) await one.value.close();
  });

  it('of another machine is never taken over: whether that one lives cannot be seen from here', async () => {
    await leaveLock(123, 'b', 'elsewhere');
    await expect(openFolder(options())).rejects.toThrow(/on elsewhere .*If that machine has stopped for good, remove/);
  });
});

describe('the key', () => {
  it('is made once, for its owner alone, and stays the same', async () => {
    const first = await openFolder(options());
    const key = await first.key();
    expect(key).toHaveLength(32);
    expect(await modeOf(first.file('key'))).toBe(0o600);
    await first.close();
    const second = await openFolder(options());
    expect(await second.key()).toEqual(key);
    await second.close();
  });

  it('comes from SYNCLINE_KEY where that is set, and then no file is made', async () => {
    const folder = await openFolder(options({ environment: { SYNCLINE_KEY: 'ab'.repeat(32) } }));
    expect(Buffer.from(await folder.key()).toString('hex')).toBe('ab'.repeat(32));
    await expect(stat(folder.file('key'))).rejects.toThrow('ENOENT');
    await folder.close();
  });

  it('is refused where it is not 32 bytes, without being repeated', async () => {
    const folder = await openFolder(options({ environment: { SYNCLINE_KEY: 'hunter2' } }));
    const refusal = await folder.key().catch((error: Error) => error.message);
    expect(refusal).toMatch(/SYNCLINE_KEY is not a key/);
    expect(refusal).not.toContain('hunter2');
    await folder.close();
  });
});

describe('the running server', () => {
  const server = {
    url: 'http://127.0.0.1:4000',
    token: 't',
    instance: 'i',
    pid: 7,
    config: '/somewhere/syncline.yaml',
  };

  it('is found by other shells of the same user while it is announced', async () => {
    await (await openFolder(options())).close();
    expect(await findServer(path)).toBeNull();
    await announceServer(path, server);
    expect(await findServer(path)).toEqual(server);
    expect(await modeOf(join(path, 'server.json'))).toBe(0o600);
    await withdrawServer(path);
    expect(await findServer(path)).toBeNull();
  });

  it('is nowhere where its file cannot be understood', async () => {
    await (await openFolder(options())).close();
    await writeFile(join(path, 'server.json'), '{"url":');
    await chmod(join(path, 'server.json'), 0o600);
    expect(await findServer(path)).toBeNull();
  });
});
