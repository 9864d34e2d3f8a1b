import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { fakeShell } from '../fake-shell.ts';
import { runCommand } from '../program.ts';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));
let data: string;
let child: ChildProcess | null = null;

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'syncline-demo-'));
});
afterEach(async () => {
  child?.kill('SIGKILL');
  await rm(data, { recursive: true, force: true });
});

/** The first line that this pattern fits; whatever comes after it is read and dropped. */
async function line(from: Readable, pattern: RegExp): Promise<string> {
  const reader = createInterface({ input: from });
  const found = Promise.withResolvers<string>();
  const seen: string[] = [];
  reader.on('line', (text) => {
    seen.push(text);
    if (pattern.test(text)) found.resolve(text);
  });
  reader.on('close', () => found.reject(new Error(`ended without ${pattern}: ${seen.join('\n')}`)));
  return found.promise;
}

async function ask(words: string): Promise<unknown> {
  const shell = fakeShell();
  expect(await runCommand([...words.split(' '), '--json', '--data', join(data, 'demo')], shell)).toBe(0);
  return JSON.parse(shell.out());
}

it('the demo loads both systems, holds what needs a person, answers a second shell, and stops cleanly', async () => {
  const demo = spawn(process.execPath, [main, 'demo', '--port', '0', '--json', '--data', data], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child = demo;
  const [about, loaded] = [line(demo.stdout, /^\{/), line(demo.stderr, /First load:/)];
  expect(JSON.parse(await about)).toMatchObject({
    data: join(data, 'demo'),
    twins: { salesforce: expect.stringContaining('http://127.0.0.1:') },
  });
  expect(await loaded).toMatch(/First load: \d+ links .*wait for you/);

  const holds = z.array(z.looseObject({ why: z.string(), message: z.string() })).parse(await ask('holds'));
  expect([...new Set(holds.map(({ why }) => why))].sort()).toEqual(['ambiguous', 'conflict', 'refused']);
  const expected = holds.filter(({ message }) =>
    /Northwind|Globex|to be done|Elif Demir|M\. Haddad|Moe Barkeep|Asked in the chat/i.test(message),
  );
  expect(expected).toEqual(holds);
  expect(await ask('status')).toMatchObject({ connections: { sales: { login: 'ok' }, support: { login: 'ok' } } });

  const exited = once(demo, 'exit');
  demo.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
});
