import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { announceServer, findServer } from '../app/folder.ts';
import { type FakeApp, fakeApp, someStatus } from '../server/fake-app.ts';
import { asService, type FakeShell, fakeShell } from './fake-shell.ts';
import { open } from './open.ts';
import { runCommand } from './program.ts';

let data: string;
const running: { shell: FakeShell; ended: Promise<number> }[] = [];

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'syncline-open-'));
});
afterEach(async () => {
  for (const { shell, ended } of running.splice(0)) {
    shell.interrupt();
    await ended;
  }
  await rm(data, { recursive: true, force: true });
});

/** `syncline start` in this process, with this app as its service; answers once other shells can find it. */
async function start(app: FakeApp, config = 'syncline.yaml'): Promise<{ url: string; ended: Promise<number> }> {
  const shell = fakeShell();
  const printed = Promise.withResolvers<void>();
  const write = (text: string): void => {
    shell.stdout.write(text);
    printed.resolve();
  };
  const telling = { ...shell, stdout: { ...shell.stdout, write } };
  const opener = { ...open, service: async () => asService(app) };
  const ended = runCommand(['start', '--port', '0', '--json', '--data', data, '--config', config], telling, opener);
  running.push({ shell, ended });
  await Promise.race([printed.promise, ended]);
  return { url: JSON.parse(shell.out()).url, ended };
}

/** A command in another shell, opening as in earnest. */
async function ask(
  line: string,
  environment: Record<string, string> = {},
): Promise<{ code: number; out: string; err: string }> {
  const shell = fakeShell({ environment });
  const code = await runCommand(line.split(' '), shell);
  return { code, out: shell.out(), err: shell.err() };
}

describe('a command finds the server of its data folder', () => {
  it('and asks it, without opening the folder or needing the config', async () => {
    const app = fakeApp();
    await start(app);
    const { code, out } = await ask(`status --json --data ${data}`);
    expect(JSON.parse(out)).toEqual(someStatus);
    expect(code).toBe(0);
    expect(app.asked).toEqual(['status']);
    expect(app.closed()).toBe(false);
  });

  it('and speaks of the config that the server has', async () => {
    await start(fakeApp(), join('configs', 'sync.yaml'));
    expect((await ask(`check --data ${data}`)).out).toBe(`No problems in ${join('configs', 'sync.yaml')}.\n`);
  });

  it('but not with another config than the server has', async () => {
    await start(fakeApp());
    const { code, err } = await ask(`check --data ${data} --config other.yaml`);
    expect(code).toBe(1);
    expect(err).toContain(`runs with ${resolve('syncline.yaml')}, not with ${resolve('other.yaml')}`);
  });

  it('until it is stopped, which is no failure; then its file is gone', async () => {
    const app = fakeApp();
    const { ended } = await start(app);
    expect(await findServer(data)).not.toBeNull();
    running.splice(0)[0]?.shell.interrupt();
    expect(await ended).toBe(0);
    expect(await findServer(data)).toBeNull();
    expect(app.closed()).toBe(true);
  });

  it('and sends no token to whoever has the port of a server that died', async () => {
    const stranger = fakeApp();
    const { url } = await start(stranger);
    await announceServer(data, { url, token: 'secret', instance: 'the one that died', pid: 1, config: '/a.yaml' });
    const { err } = await ask(`status --data ${data} --config ${join(data, 'none.yaml')}`);
    expect(err).toContain('none.yaml not found');
    expect(stranger.asked).toEqual([]);
  });
});

describe('--url', () => {
  it('asks the server there, with the token of the environment', async () => {
    const app = fakeApp();
    const { url } = await start(app);
    const token = (await findServer(data))?.token ?? '';
    const { code } = await ask(`pause --sync accounts --url ${url}`, { SYNCLINE_TOKEN: token });
    expect(code).toBe(0);
    expect(app.asked).toEqual(['pause {"kind":"sync","name":"accounts"}']);
    const wrong = await ask(`status --url ${url}`, { SYNCLINE_TOKEN: 'wrong' });
    expect([wrong.code, wrong.err]).toEqual([1, expect.stringContaining('does not accept the token')]);
  });

  it('needs a token', async () => {
    const { code, err } = await ask('status --url http://127.0.0.1:1');
    expect([code, err]).toEqual([1, expect.stringContaining('Set SYNCLINE_TOKEN')]);
  });

  it.each(['http://sync.example.com', 'ftp://127.0.0.1', 'nonsense'])(
    '%s is refused before a token goes anywhere',
    async (url) => {
      const { code, err } = await ask(`status --url ${url}`, { SYNCLINE_TOKEN: 'secret' });
      expect(code).toBe(2);
      expect(err).toContain('option --url');
    },
  );

  it('where nothing listens says so', async () => {
    const { code, err } = await ask('status --url http://127.0.0.1:1', { SYNCLINE_TOKEN: 'secret' });
    expect([code, err]).toEqual([1, expect.stringContaining('Nothing answers at http://127.0.0.1:1')]);
  });
});

describe('without a server', () => {
  it('a missing config is explained with one to begin from', async () => {
    const { code, err } = await ask(`run --data ${data} --config ${join(data, 'syncline.yaml')}`);
    expect(code).toBe(1);
    expect(err).toContain('syncline.yaml not found; `syncline demo` shows one, or write:\n\n  version: 1\n');
    expect(err).toContain('      preset: salesforce-zendesk/accounts\n');
  });

  it('a data folder that is a file is explained', async () => {
    const file = join(data, 'file');
    await writeFile(file, '');
    const { code, err } = await ask(`status --data ${file}`);
    expect([code, err]).toEqual([1, expect.stringContaining('is not a folder')]);
  });

  it('a port that is taken is named', async () => {
    const { url } = await start(fakeApp());
    const shell = fakeShell();
    const { port } = new URL(url);
    const app = fakeApp();
    const code = await runCommand(['start', '--port', port, '--data', data], shell, {
      ...open,
      service: async () => asService(app),
    });
    expect([code, shell.err()]).toEqual([1, expect.stringContaining(`Port ${port} is in use`)]);
    expect(app.closed()).toBe(true);
  });
});
