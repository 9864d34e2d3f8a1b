import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { silentLog } from '../model/world.ts';
import { createChance } from './chance.ts';
import { createTwinClock } from './clock.ts';
import { ControlError } from './control-error.ts';
import { createFront } from './front.ts';
import { type JsonObject, parseJson } from './json.ts';
import { serveTwin } from './serve.ts';

/** A vendor that keeps notes: POST adds one, GET answers all; items may be refused. */
function notebook() {
  let time = 1_000;
  const slept: number[] = [];
  const said: string[] = [];
  let notes: string[] = [];
  const world = {
    now: () => time,
    log: { ...silentLog, error: (message: string) => void said.push(message) },
    sleep: async (ms: number) => {
      slept.push(ms);
      time += ms;
    },
  };
  const clock = createTwinClock(world);
  const fetch = createFront({
    world,
    clock,
    chance: createChance(1),
    adapter: {
      system: 'notebook',
      objects: () => ['note'],
      seed: (object, records) => {
        if (object !== 'note') throw new ControlError(400, `no object ${object}`);
        notes.push(...records.map((record) => String(record.text)));
        return records.map((_, i) => String(i));
      },
      schema: (_object, schema) => {
        if (schema.broken === true) throw new TypeError('a bug');
        return {};
      },
      records: (object) => (object === 'note' ? notes.map((text, id): JsonObject => ({ id, text })) : undefined),
      edit: (_object, id, fields) => {
        notes[Number(id)] = String(fields.text);
        return { id, text: notes[Number(id)] ?? null };
      },
      remove: (_object, id) => void notes.splice(Number(id), 1),
      settings: () => ({}),
      configure: () => {},
      reset: () => {
        notes = [];
      },
    },
    handle: async (request, { refuse }) => {
      if (request.method === 'GET') return Response.json(notes);
      const items = (await request.text()).split(',').map((item) => ({ item, error: refuse() }));
      notes.push(...items.filter(({ error }) => error === null).map(({ item }) => item));
      return Response.json(items.map(({ error }) => error));
    },
  });
  const call = (path: string, init?: RequestInit) => fetch(new Request(`http://twin.test${path}`, init));
  const control = async (method: string, path: string, body?: unknown) => {
    const answer = await call(`/_twin/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: parseJson(await answer.text()) };
  };
  return { fetch, call, control, clock, slept, said, notes: () => notes };
}

describe('planted faults', () => {
  it('answer with a status without applying, as often as told', async () => {
    const twin = notebook();
    await twin.control('POST', 'faults', {
      match: { method: 'POST' },
      do: 'status',
      status: 429,
      body: { busy: true },
      retryAfter: 7,
      times: 1,
    });
    const refused = await twin.call('/notes', { method: 'POST', body: 'a' });
    expect([refused.status, refused.headers.get('retry-after'), await refused.json()]).toEqual([
      429,
      '7',
      { busy: true },
    ]);
    expect(twin.notes()).toEqual([]);
    expect((await twin.call('/notes', { method: 'POST', body: 'b' })).status).toBe(200);
    expect(twin.notes()).toEqual(['b']);
  });

  it('lose the answer after applying, or drop the request before', async () => {
    const twin = notebook();
    await twin.control('POST', 'faults', { match: { path: '^/notes$' }, do: 'lose-answer', times: 1 });
    await expect(twin.call('/notes?x=1', { method: 'POST', body: 'a' })).rejects.toThrow(new TypeError('fetch failed'));
    await twin.control('POST', 'faults', { do: 'drop', times: 1 });
    await expect(twin.call('/notes', { method: 'POST', body: 'b' })).rejects.toThrow(new TypeError('fetch failed'));
    expect(twin.notes()).toEqual(['a']);
  });

  it('cut an answer in the middle', async () => {
    const twin = notebook();
    await twin.control('POST', 'faults', { do: 'cut', times: 1 });
    const answer = await twin.call('/notes', { method: 'POST', body: 'a' });
    await expect(answer.text()).rejects.toThrow('fetch failed');
    expect(twin.notes()).toEqual(['a']);
  });

  it('delay on the world’s time', async () => {
    const twin = notebook();
    await twin.control('POST', 'faults', { do: 'delay', delayMs: 250, times: 1 });
    await twin.call('/notes');
    expect(twin.slept).toEqual([250]);
  });

  it('strike by chance, the same requests for the same seed', async () => {
    const struckOf = async (): Promise<string> => {
      const twin = notebook();
      await twin.control('POST', 'faults', { do: 'status', status: 500, chance: 0.5 });
      let struck = '';
      for (let i = 0; i < 40; i++) struck += (await twin.call('/notes')).status === 500 ? 'x' : '.';
      return struck;
    };
    const [one, two] = [await struckOf(), await struckOf()];
    expect(two).toBe(one);
    const hits = one.split('x').length - 1;
    expect(hits > 8 && hits < 32).toBe(true);
    const never = notebook();
    await never.control('POST', 'faults', { do: 'drop', chance: 0 });
    expect((await never.call('/notes')).status).toBe(200);
  });

  it('take turns in the order in which they were planted, and are told with the turns left', async () => {
    const twin = notebook();
    await twin.control('POST', 'faults', { do: 'status', status: 500, times: 2 });
    await twin.control('POST', 'faults', { do: 'status', status: 205 });
    expect((await twin.call('/notes')).status).toBe(500);
    expect((await twin.control('GET', 'faults')).body).toMatchObject([{ status: 500, times: 1 }, { status: 205 }]);
    expect([(await twin.call('/notes')).status, (await twin.call('/notes')).status]).toEqual([500, 205]);
    await twin.control('DELETE', 'faults');
    expect((await twin.call('/notes')).status).toBe(200);
  });

  it('refuse single items of a write', async () => {
    const twin = notebook();
    await twin.control('POST', 'faults', {
      match: { method: 'POST' },
      do: 'refuse',
      body: { code: 'LOCKED' },
      times: 1,
    });
    const answer = await twin.call('/notes', { method: 'POST', body: 'a,b' });
    expect(await answer.json()).toEqual([{ code: 'LOCKED' }, null]);
    expect(twin.notes()).toEqual(['b']);
  });
});

describe('the control surface', () => {
  it('counts vendor requests by route, never its own', async () => {
    const twin = notebook();
    await twin.call('/notes/123?page=2');
    await twin.call('/notes/0015g00000ABCDEFGH');
    const { body } = await twin.control('GET', 'calls');
    expect(body).toMatchObject({
      total: 2,
      byRoute: { 'GET /notes/:id': 2 },
      last: [{ at: '1970-01-01T00:00:01.000Z', method: 'GET', path: '/notes/123?page=2', status: 200 }, {}],
    });
    expect((await twin.control('DELETE', 'calls')).body).toEqual({ total: 0, byRoute: {}, last: [] });
  });

  it('moves, sets and freezes the clock', async () => {
    const twin = notebook();
    await twin.control('POST', 'clock', { advanceMs: 500 });
    expect(twin.clock.now()).toBe(1_500);
    await twin.control('POST', 'clock', { freeze: true });
    expect((await twin.control('POST', 'clock', { set: '2026-11-20T09:00:00Z' })).body).toEqual({
      now: '2026-11-20T09:00:00.000Z',
      frozen: true,
    });
  });

  it('seeds, lists and edits records, and forgets them', async () => {
    const twin = notebook();
    expect((await twin.control('PUT', 'seed', { note: [{ text: 'a' }, { text: 'b' }] })).body).toEqual({
      note: ['0', '1'],
    });
    expect((await twin.control('PATCH', 'records/note/1', { text: 'c' })).body).toEqual({ id: '1', text: 'c' });
    expect((await twin.control('GET', 'records/note?offset=1')).body).toEqual([{ id: 1, text: 'c' }]);
    expect((await twin.control('GET', 'records')).body).toEqual({ note: 2 });
    await twin.control('POST', 'reset');
    expect((await twin.control('GET', 'records/note')).body).toEqual([]);
  });

  it.each([
    ['PUT', 'seed', '{', 400, 'the body is not JSON'],
    ['PUT', 'seed', '{"note":{}}', 400, /^note: /],
    ['PUT', 'seed', '{"pen":[{}]}', 400, 'no object pen'],
    ['POST', 'faults', '{"do":"explode"}', 400, /^do: /],
    ['POST', 'faults', '{"do":"drop","match":{"path":"("}}', 400, 'match.path: is not a regular expression'],
    ['POST', 'faults', '{"do":"status","retryAfter":"a\\nb"}', 400, 'headers: are no headers that an answer can have'],
    ['POST', 'faults', '{"do":"delay","delayMs":1e300}', 400, /^delayMs: /],
    ['POST', 'faults', '{"do":"drop","time":1}', 400, /time/],
    ['POST', 'clock', '{"set":"noon"}', 400, 'set: a time such as 2026-11-20T09:00:00Z'],
    ['POST', 'clock', '{"advanceMs":1e300}', 400, /^advanceMs: /],
    ['POST', 'clock', '{"advanceMs":1,"freeze":true}', 400, /give one of/],
    ['POST', 'clock', '[]', 400, /give one of/],
    ['PUT', 'seed', `{"note":${'['.repeat(50_000)}${']'.repeat(50_000)}}`, 400, 'the body nests too deeply'],
    ['PUT', 'settings', 'null', 400, /./],
    ['GET', 'records/note?limit=-1', undefined, 400, 'limit: a whole number, not -1'],
    ['GET', 'records/note?offset=x', undefined, 400, 'offset: a whole number, not x'],
    ['GET', 'records/__proto__', undefined, 404, 'no object __proto__; there are note'],
    ['GET', 'records/%ff', undefined, 400, 'the path is not valid percent-encoding'],
    ['POST', 'records/note/0/merge', '{}', 400, 'notebook has no action merge'],
    ['POST', 'events', '{}', 400, 'notebook has no event stream'],
    ['GET', 'records/pen', undefined, 404, 'no object pen; there are note'],
    ['GET', 'seed', undefined, 405, '/_twin/seed takes PUT'],
    ['GET', 'nothing', undefined, 404, /not part of the control surface/],
  ])('%s %s with %s answers %i and a sentence', async (method, path, body, status, error) => {
    const twin = notebook();
    const answer = await twin.call(`/_twin/${path}`, { method, ...(body === undefined ? {} : { body }) });
    expect(answer.status).toBe(status);
    expect(await answer.json()).toEqual({ error: typeof error === 'string' ? error : expect.stringMatching(error) });
  });

  it('finds records by a text in them, whatever its case', async () => {
    const twin = notebook();
    await twin.control('PUT', 'seed', { note: [{ text: 'Anna' }, { text: 'Bob' }, { text: 'Hanna' }] });
    expect((await twin.control('GET', 'records/note?search=ANNA&limit=1')).body).toEqual([{ id: 0, text: 'Anna' }]);
    expect((await twin.control('GET', 'records/note?search=anna&offset=1')).body).toEqual([{ id: 2, text: 'Hanna' }]);
    expect((await twin.control('GET', 'records/note?search=nobody')).body).toEqual([]);
  });

  it('says a mistake of the twin in the log, and breaks nothing', async () => {
    const twin = notebook();
    const answer = await twin.control('PUT', 'schema', { note: { broken: true } });
    expect(answer).toEqual({ status: 500, body: { error: 'the twin failed; its log says why' } });
    expect(twin.said).toEqual(['the twin failed']);
    const zipped = { method: 'POST', headers: { 'content-encoding': 'gzip' }, body: 'not zipped' };
    expect((await twin.call('/notes', zipped)).status).toBe(400);
    expect(twin.said).toHaveLength(1);
  });

  it('has a page for people without outside assets', async () => {
    const html = await (await notebook().call('/_twin')).text();
    expect(html).toContain('<title>notebook twin</title>');
    expect(html).not.toMatch(/https?:\/\//);
  });
});

describe('a served twin', () => {
  it('takes gzipped bodies, gzips answers, answers HEAD, and breaks connections', async () => {
    const twin = notebook();
    const served = await serveTwin(twin, { port: 0 });
    try {
      const big = 'x'.repeat(5_000_000);
      const zipped = new Uint8Array(gzipSync(big));
      const posted = await fetch(`${served.url}/notes`, {
        method: 'POST',
        body: zipped,
        headers: { 'content-encoding': 'gzip' },
      });
      expect(posted.status).toBe(200);
      const read = await fetch(`${served.url}/notes`);
      expect(read.headers.get('content-encoding')).toBe('gzip');
      expect(await read.json()).toEqual([big]);
      const head = await fetch(`${served.url}/notes`, { method: 'HEAD' });
      expect([head.status, await head.text()]).toEqual([200, '']);
      await twin.control('POST', 'faults', { do: 'lose-answer', times: 1 });
      await expect(fetch(`${served.url}/notes`, { method: 'POST', body: 'b' })).rejects.toThrow('fetch failed');
      expect(twin.notes()).toEqual([big, 'b']);
      await twin.control('POST', 'faults', { do: 'cut', times: 1 });
      await expect(fetch(`${served.url}/notes`).then((answer) => answer.text())).rejects.toThrow();
    } finally {
      await served.close();
    }
  });
});
