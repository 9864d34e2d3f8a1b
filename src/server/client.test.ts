import { afterEach, describe, expect, it } from 'vitest';
import { AnswerRefused, type App, AppError, type Progress, type RunOptions } from '../app/app.ts';
import { silentLog } from '../model/world.ts';
import { createApi } from './api.ts';
import { createClient, whoAnswers } from './client.ts';
import {
  ambiguous,
  conflict,
  fakeApp,
  limited,
  someAdoption,
  someHead,
  someHistory,
  someLines,
  someRun,
  someStanding,
  someStatus,
  textsOf,
} from './fake-app.ts';
import { someBlame, someUndo, someUndoHead, someUndoLines } from './fake-undo.ts';
import { type ListeningServer, serveApi } from './serve.ts';

const world = {
  fetch: (request: Request) => fetch(request),
  sleep: () => new Promise<void>(() => undefined),
  log: silentLog,
};
const open: ListeningServer[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

/** A client whose server, on a real port, serves this app. */
async function through(app: App, token = 'right'): Promise<App & { url: string }> {
  const api = createApi({
    app,
    token: 'right',
    instance: 'me',
    version: '0.1.0',
    world,
    stopping: new AbortController().signal,
  });
  const server = await serveApi(api, 0);
  open.push(server);
  return { ...createClient({ url: server.url, token, world }), url: server.url };
}

/** All of a preview, as one value. */
function previewed(app: App, options: RunOptions) {
  return app.preview(options, async (head, lines) => ({ head, lines: await Array.fromAsync(lines) }));
}

const somePlan = { head: someHead, lines: someLines.map((line) => JSON.stringify(line)) };
/** What the app of these tests says of a line that it was given. */
const readLine = (name: string) => ({ sync: 'accounts', link: 'link1', name, why: 'it was read' });

const reading: Progress = { sync: 'accounts', doing: 'reading', read: 3, done: 0, underway: 0, wait: null };

describe('every verb means the same through the server', () => {
  it.each<[string, (app: App) => Promise<unknown>, unknown]>([
    ['check {"live":true}', (app) => app.check({ live: true }), []],
    ['check {"live":false}', (app) => app.check({ live: false }), []],
    [
      'doctor {"install":"trigger","repair":true}',
      (app) => app.doctor({ install: 'trigger', repair: true }),
      [{ check: 'login', ok: true, found: 'sales answers', fix: '' }],
    ],
    [
      'doctor {"install":"package","connection":"sales","recordType":"Tickets"}',
      (app) => app.doctor({ install: 'package', connection: 'sales', recordType: 'Tickets' }),
      [{ check: 'login', ok: true, found: 'sales answers', fix: '' }],
    ],
    [
      'doctor {"install":null}',
      (app) => app.doctor({ install: null }),
      [{ check: 'login', ok: true, found: 'sales answers', fix: '' }],
    ],
    ['run ["accounts"]', (app) => app.run({ syncs: ['accounts'] }), someRun],
    [
      'run [] {"ids":["001A"],"count":5,"record":"crm:001A"}',
      (app) => app.run({ syncs: [], ids: ['001A'], count: 5, record: 'crm:001A' }),
      someRun,
    ],
    ['preview ["accounts"] {"count":5}', (app) => previewed(app, { syncs: ['accounts'], count: 5 }), somePlan],
    ['apply', (app) => app.apply({}, textsOf([1, 2])), { ...someRun, left: [readLine('1'), readLine('2')] }],
    [
      'link {"sync":"accounts","crm":"001A","desk":"4711"}',
      (app) => app.link({ sync: 'accounts', crm: '001A', desk: '4711' }),
      { link: 'link1' },
    ],
    ['undo {"run":"run1","field":"notes"}', (app) => app.undo({ run: 'run1', field: 'notes' }), someUndo],
    [
      'previewUndo {"since":"2h","sync":"accounts"}',
      (app) =>
        app.previewUndo({ since: '2h', sync: 'accounts' }, async (head, lines) => ({
          head,
          lines: await Array.fromAsync(lines),
        })),
      { head: someUndoHead, lines: someUndoLines.map((line) => JSON.stringify(line)) },
    ],
    ['blame {"record":"desk:4711"}', (app) => app.blame({ record: 'desk:4711' }), someBlame],
    [
      'history {"until":"1h","run":"run1","field":"name","before":"2026-11-20T11:59:00.000Z/entry1"}',
      (app) => app.history({ run: 'run1', field: 'name', until: '1h', before: '2026-11-20T11:59:00.000Z/entry1' }),
      [someHistory],
    ],
    ['unlink "link1"', (app) => app.unlink('link1'), undefined],
    [
      'adopt "accounts" {"side":"crm","field":"Zendesk_Id__c"}',
      (app) => app.adopt({ sync: 'accounts', from: { side: 'crm', field: 'Zendesk_Id__c' } }),
      someAdoption,
    ],
    ['status', (app) => app.status(), someStatus],
    [
      'history {"sync":"accounts","since":"24h","record":"crm:001A","limit":5}',
      (app) => app.history({ sync: 'accounts', since: '24h', record: 'crm:001A', limit: 5 }),
      [someHistory],
    ],
    ['holds {}', (app) => app.holds({}), [conflict, ambiguous]],
    ['failures {"status":"limit"}', (app) => app.failures({ status: 'limit' }), [limited]],
    ['retry ["a","b"]', (app) => app.retry(['a', 'b']), { retried: 2 }],
    ['retry null', (app) => app.retry(null), { retried: 7 }],
    ['answer "hold1" {"say":"crm"}', (app) => app.answer('hold1', { say: 'crm' }), { answered: true }],
    [
      'answer "hold1" {"say":"candidate","id":"81"}',
      (app) => app.answer('hold1', { say: 'candidate', id: '81' }),
      { answered: true },
    ],
    [
      'answer "hold1" {"say":"value","value":null}',
      (app) => app.answer('hold1', { say: 'value', value: null }),
      { answered: true },
    ],
    [
      'answer "hold1" {"say":"value","value":""}',
      (app) => app.answer('hold1', { say: 'value', value: '' }),
      { answered: true },
    ],
    [
      'answer "hold1" {"say":"crm","always":true}',
      (app) => app.answer('hold1', { say: 'crm', always: true }),
      { answered: true },
    ],
    ['answers', (app) => app.answers(), [someStanding]],
    ['forget "answer1"', (app) => app.forget('answer1'), undefined],
    ['pause {"kind":"sync","name":"accounts"}', (app) => app.pause({ kind: 'sync', name: 'accounts' }), undefined],
    ['resume {"kind":"link","name":"link1"}', (app) => app.resume({ kind: 'link', name: 'link1' }), undefined],
  ])('%s', async (asked, verb, answer) => {
    const app = fakeApp();
    expect(await verb(await through(app))).toEqual(answer);
    expect(app.asked).toEqual([asked]);
  });

  it('an answer that does not fit is known as such', async () => {
    const refused = new AnswerRefused('the hold h1 (hidden) does not take crm. It takes skip');
    const client = await through(fakeApp({ answer: async () => Promise.reject(refused) }));
    await expect(client.answer('h1', { say: 'crm' })).rejects.toEqual(refused);
  });

  it('a run tells its progress while it goes on', async () => {
    const told: Progress[] = [];
    const mayEnd = Promise.withResolvers<void>();
    const app = fakeApp({
      run: async ({ onProgress }) => {
        onProgress?.(reading);
        await mayEnd.promise;
        onProgress?.({ ...reading, doing: 'waiting', wait: { reason: 'Zendesk asks to wait', until: 12 } });
        return someRun;
      },
    });
    const client = await through(app);
    const report = await client.run({
      syncs: [],
      onProgress: (progress) => {
        told.push(progress);
        // Only now: the first line has arrived while the run was still under way.
        mayEnd.resolve();
      },
    });
    expect(report).toEqual(someRun);
    expect(told.map(({ doing }) => doing)).toEqual(['reading', 'waiting']);
  });

  it('closing the client leaves the server’s app open', async () => {
    const app = fakeApp();
    await (await through(app)).close();
    expect(app.closed()).toBe(false);
  });
});

describe('a plan of any size', () => {
  const size = 50_000;
  const line = JSON.stringify({ ...someLines[0], name: 'x'.repeat(1_000) });

  /** So many lines, made when somebody asks for them. */
  function manyLines() {
    const made = { lines: 0, ended: false };
    async function* texts(): AsyncGenerator<string> {
      try {
        for (; made.lines < size; made.lines += 1) yield line;
      } finally {
        made.ended = true;
      }
    }
    return { made, texts };
  }

  it('comes through whole, its texts as they were made', async () => {
    const { texts } = manyLines();
    const client = await through(fakeApp({ preview: (_, take) => take(someHead, texts()) }));
    const count = await client.preview({ syncs: [] }, async (head, lines) => {
      expect(head).toEqual(someHead);
      let count = 0;
      for await (const text of lines) count += Number(text === line);
      return count;
    });
    expect(count).toBe(size);
  });

  it('is made only as fast as it is read, and no further when the reader has enough', async () => {
    const { made, texts } = manyLines();
    const ended = Promise.withResolvers<void>();
    const app = fakeApp({
      preview: (_, take) => take(someHead, texts()).finally(() => ended.resolve()),
    });
    const client = await through(app);
    const first = await client.preview({ syncs: [] }, async (_, lines) => {
      for await (const text of lines) return text;
    });
    expect(first).toBe(line);
    await ended.promise;
    expect(made.ended).toBe(true);
    expect(made.lines).toBeLessThan(size / 2);
  });

  it('goes to the server as it is taken there', async () => {
    const { made, texts } = manyLines();
    let before = 0;
    const app = fakeApp({
      async apply(_, lines) {
        let count = 0;
        for await (const text of lines) {
          if (count === 0) before = made.lines;
          count += Number(text === line);
        }
        return { ...someRun, left: [readLine(String(count))] };
      },
    });
    const { left } = await (await through(app)).apply({}, texts());
    expect(left).toEqual([readLine(String(size))]);
    expect(before).toBeLessThan(size / 2);
  });

  it('that the server refuses at its first line is not sent to its end', async () => {
    const { made, texts } = manyLines();
    const app = fakeApp({
      async apply(_, lines) {
        for await (const _line of lines) throw new AppError('This is no plan.');
        return { ...someRun, left: [] };
      },
    });
    await expect((await through(app)).apply({}, texts())).rejects.toThrow('This is no plan.');
    expect(made.lines).toBeLessThan(size / 2);
  });

  it('that cannot be read here is said in its own words', async () => {
    async function* broken(): AsyncGenerator<string> {
      yield line;
      throw new AppError('plan.jsonl cannot be read');
    }
    const client = await through(fakeApp());
    await expect(client.apply({}, broken())).rejects.toThrow('plan.jsonl cannot be read');
  });

  it('that breaks off on its way down is not taken for all of it', async () => {
    const app = fakeApp({
      preview: (_, take) =>
        take(
          someHead,
          (async function* () {
            yield line;
            throw new AppError('The disk is full.');
          })(),
        ),
    });
    await expect(previewed(await through(app), { syncs: [] })).rejects.toThrow('The disk is full.');
    const dying = fakeApp({
      preview: (_, take) =>
        take(
          someHead,
          (async function* () {
            yield line;
            await new Promise<never>(() => undefined);
          })(),
        ),
    });
    const preview = (await through(dying)).preview({ syncs: [] }, async (_, lines) => {
      for await (const _line of lines) void open.at(-1)?.close();
    });
    await expect(preview).rejects.toThrow(/broke off before it was done/);
    open.pop();
  });

  it('whose sender stops reaches the app as a plan that broke off', async () => {
    const told = Promise.withResolvers<unknown>();
    const stop = new AbortController();
    const app = fakeApp({
      async apply(_, lines) {
        try {
          for await (const _line of lines) stop.abort();
        } catch (error) {
          told.resolve(error);
          throw error;
        }
        return { ...someRun, left: [] };
      },
    });
    const apply = (await through(app)).apply({ signal: stop.signal }, manyLines().texts());
    await expect(apply).rejects.toThrow('It was stopped; the next run goes on from there.');
    expect(String(await told.promise)).toContain('The body could not be read to its end');
  });
});

describe('what goes wrong', () => {
  const line = { path: 'syncs.accounts', line: 7, problem: 'no such preset', fix: 'salesforce-zendesk/accounts' };

  it.each<[string, (app: App) => Promise<unknown>]>([
    ['an answer', (app) => app.status()],
    ['a stream of lines', (app) => app.run({ syncs: [] })],
  ])('the app’s own words and problems arrive through %s', async (_, verb) => {
    const refuse = () => Promise.reject(new AppError('The config has 1 problem.', [line]));
    const client = await through(fakeApp({ status: refuse, run: refuse }));
    const error = await verb(client).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({ message: 'The config has 1 problem.', problems: [line] });
  });

  it('a wrong token is said as that', async () => {
    const client = await through(fakeApp(), 'wrong');
    await expect(client.status()).rejects.toThrow(/does not accept the token. Set SYNCLINE_TOKEN/);
  });

  it('where nothing answers, it says so', async () => {
    const client = await through(fakeApp());
    await open.splice(0)[0]?.close();
    await expect(client.status()).rejects.toThrow(`Nothing answers at ${client.url}`);
    expect(await whoAnswers(client.url, world, 1_000)).toBeNull();
  });

  it('a client that stops ends its run at the server, cleanly', async () => {
    const stopped = Promise.withResolvers<void>();
    const app = fakeApp({
      run: ({ signal, onProgress }: RunOptions) => {
        const ended = Promise.withResolvers<typeof someRun>();
        signal?.addEventListener('abort', () => {
          stopped.resolve();
          ended.resolve(someRun);
        });
        onProgress?.(reading);
        return ended.promise;
      },
    });
    const client = await through(app);
    const stop = new AbortController();
    const run = client.run({ syncs: [], signal: stop.signal, onProgress: () => stop.abort() });
    await expect(run).rejects.toThrow('It was stopped; the next run goes on from there.');
    await stopped.promise;
  });

  it('a server that ends in the middle of a run is said as that', async () => {
    const app = fakeApp({
      run: ({ onProgress }) => {
        onProgress?.(reading);
        return new Promise(() => undefined);
      },
    });
    const client = await through(app);
    const run = client.run({ syncs: [], onProgress: () => void open.splice(0)[0]?.close() });
    await expect(run).rejects.toThrow(/broke off before it was done/);
  });

  it('a port that is taken is named', async () => {
    const client = await through(fakeApp());
    const port = Number(new URL(client.url).port);
    const api = createApi({
      app: fakeApp(),
      token: 't',
      instance: 'i',
      version: '0',
      world,
      stopping: new AbortController().signal,
    });
    await expect(serveApi(api, port)).rejects.toThrow(`Port ${port} is in use. Choose another with --port`);
  });
});

it('a server says who it is to whoever asks', async () => {
  const client = await through(fakeApp());
  expect(await whoAnswers(client.url, world, 5_000)).toBe('me');
});
