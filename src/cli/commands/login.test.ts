import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { type App, AppError } from '../../app/app.ts';
import { fakeApp, someLogin } from '../../server/fake-app.ts';
import { fakeShell, type Ran, runWith } from '../fake-shell.ts';

/** A person's browser, which is told where the vendor sends it back to. */
type Browser = (redirectUri: string, state: string) => Promise<void>;

/** Runs the command with a browser that acts once the address is shown; nobody waits longer than that. */
async function login(
  browser: Browser,
  verbs: Partial<App> = {},
  words = '',
): Promise<Ran & { asked: readonly string[] }> {
  const shell = fakeShell({
    world: { sleep: (_, signal) => new Promise((done) => signal?.addEventListener('abort', () => done())) },
  });
  const app = fakeApp(verbs);
  let browsing: Promise<void> = Promise.resolve();
  const stderr = {
    ...shell.stderr,
    write(text: string) {
      shell.stderr.write(text);
      const state = /[?&]state=([\w-]+)/.exec(text)?.[1];
      const redirectUri = /http:\/\/localhost:\d+\/login/.exec(text)?.[0];
      if (state !== undefined && redirectUri !== undefined) browsing = browser(redirectUri, state);
    },
  };
  const ran = await runWith(app, `login sales --port 0 ${words}`, { ...shell, stderr });
  await browsing;
  return { ...ran, err: shell.err(), asked: app.asked };
}

async function open(address: string): Promise<{ readonly status: number; readonly text: string }> {
  const answer = await fetch(address);
  return { status: answer.status, text: await answer.text() };
}

test('the command shows where to go and where it comes back to, and ends with whom it is logged in as', async () => {
  let page = { status: 0, text: '' };
  const ran = await login(async (redirectUri, state) => {
    page = await open(`${redirectUri}?code=the-code&state=${state}&location=eu`);
  });
  expect([ran.code, ran.out]).toEqual([
    0,
    'Connection sales is logged in as integration@acme.example (account 00D000000000001EAA).\n',
  ]);
  expect(ran.err).toContain('https://login.example.com/authorize?state=');
  expect(ran.asked.at(-1)).toBe('endLogin "sales" {"code":"the-code","location":"eu"}');
  expect(page.status).toBe(200);
  expect(page.text).toContain('Logged in');
  expect(page.text).toContain('You may close this page.');
  expect(page.text).not.toContain('the-code');
});

test('--json has stdout for itself', async () => {
  const ran = await login(
    async (redirectUri, state) => void (await open(`${redirectUri}?code=c&state=${state}`)),
    {},
    '--json',
  );
  expect(JSON.parse(ran.out)).toEqual(someLogin);
  expect(ran.err).toContain('https://login.example.com/authorize');
});

test('a browser of another login, of another name or at another address is turned away, and the right one is still waited for', async () => {
  const seen: number[] = [];
  const ran = await login(async (redirectUri, state) => {
    const root = new URL('/', redirectUri).href;
    for (const address of [
      `${redirectUri}?code=stolen&state=other`,
      `${redirectUri}?error=access_denied`,
      `${root}?code=c&state=${state}`,
    ])
      seen.push((await open(address)).status);
    seen.push((await open(`${redirectUri}?code=c&state=${state}`)).status);
  });
  expect([seen, ran.code]).toEqual([[400, 400, 404, 200], 0]);
  expect(ran.asked.filter((line) => line.startsWith('endLogin'))).toEqual(['endLogin "sales" {"code":"c"}']);
  expect(ran.err.match(/another login/g)).toHaveLength(1);
});

test('what went wrong stands in the terminal and on the page, and the exit code is 1', async () => {
  let page = { status: 0, text: '' };
  const endLogin: App['endLogin'] = async () => {
    throw new AppError('Connection sales was not logged in: access was denied at <Salesforce> [access_denied]');
  };
  const ran = await login(
    async (redirectUri, state) => {
      page = await open(`${redirectUri}?error=access_denied&state=${state}`);
    },
    { endLogin },
  );
  expect([ran.code, ran.out]).toEqual([1, '']);
  expect(ran.err).toContain('access was denied at <Salesforce>');
  expect(page.status).toBe(400);
  expect(page.text).toContain('access was denied at &lt;Salesforce&gt;');
});

test('a mistake of ours tells the page nothing', async () => {
  let page = { status: 0, text: '' };
  const endLogin: App['endLogin'] = async () => {
    throw new Error('the token abc');
  };
  const ran = await login(
    async (redirectUri, state) => {
      page = await open(`${redirectUri}?code=c&state=${state}`);
    },
    { endLogin },
  );
  expect(ran.code).toBe(1);
  expect(page.text).not.toContain('abc');
});

test('a page that is loaded twice logs in once', async () => {
  const { promise: exchanged, resolve: exchange } = Promise.withResolvers<void>();
  const seen: number[] = [];
  const ran = await login(
    async (redirectUri, state) => {
      const first = open(`${redirectUri}?code=c&state=${state}`);
      const second = open(`${redirectUri}?code=c&state=${state}`);
      seen.push(await Promise.race([first, second]).then(({ status }) => status));
      exchange();
      seen.push(...(await Promise.all([first, second])).map(({ status }) => status).toSorted());
    },
    {
      endLogin: async () => {
        await exchanged;
        return someLogin;
      },
    },
  );
  expect([seen, ran.code]).toEqual([[409, 200, 409], 0]);
});

test('where nobody comes within ten minutes, it ends and says how to begin again', async () => {
  const ran = await runWith(fakeApp(), 'login sales --port 0');
  expect(ran.code).toBe(1);
  expect(ran.err).toContain(
    'Connection sales was not logged in: no browser came back within ten minutes. `syncline login sales` begins again',
  );
});

test('a port that somebody has is said before anything is asked', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await new Promise((done) => taken.once('listening', done));
  const address = taken.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const app = fakeApp();
  const ran = await runWith(app, `login sales --port ${port}`);
  await new Promise((done) => taken.close(done));
  expect([ran.code, app.asked]).toEqual([1, []]);
  expect(ran.err).toContain(`Port ${port} is in use`);
});
