import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { connect } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));
const running: ChildProcess[] = [];
const folders: string[] = [];

afterEach(async () => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

const aboutSchema = z.strictObject({
  system: z.string(),
  url: z.url(),
  endpoints: z.record(z.string(), z.string()),
  auth: z.looseObject({ type: z.string() }),
  connection: z.record(z.string(), z.string()),
});

/** `syncline twin … --json` as a process of its own, and the first line that it prints. */
async function twin(words: readonly string[]): Promise<{ about: z.infer<typeof aboutSchema>; child: ChildProcess }> {
  const child = spawn(process.execPath, [main, 'twin', ...words, '--json'], { stdio: ['ignore', 'pipe', 'pipe'] });
  running.push(child);
  for await (const line of createInterface({ input: child.stdout }))
    return { about: aboutSchema.parse(JSON.parse(line)), child };
  throw new Error('the twin ended without a line');
}

async function fileOf(content: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'syncline-twin-'));
  folders.push(folder);
  await writeFile(join(folder, 'seed.json'), content);
  return join(folder, 'seed.json');
}

describe.each([
  { system: 'salesforce', object: 'Account', name: 'Name' },
  { system: 'zendesk', object: 'organization', name: 'name' },
])('the twin of $system', ({ system, object, name }) => {
  it('tells how to reach it in one line, holds what it was given, and serves until SIGTERM', async () => {
    const file = await fileOf(JSON.stringify({ [object]: [{ [name]: 'Acme' }] }));
    const { about, child } = await twin([system, '--seed', file]);
    expect(about.system).toBe(system);
    expect(about.connection.url).toBe(about.url);
    const records = await (await fetch(`${about.url}/_twin/records/${object}`)).json();
    expect(records).toEqual([expect.objectContaining({ [name]: 'Acme' })]);
    child.kill('SIGTERM');
    const [code] = await once(child, 'exit');
    expect(code).toBe(0);
  });
});

it('the twin of salesforce has a further door for its event stream', async () => {
  const { about, child } = await twin(['salesforce']);
  expect(about.endpoints).toEqual({ pubsub: expect.stringMatching(/^127\.0\.0\.1:\d+$/) });
  const certificate = await (await fetch(`${about.url}/_twin/pubsub-certificate`)).text();
  expect(certificate).toContain('BEGIN CERTIFICATE');
  const [host = '', port = ''] = (about.endpoints.pubsub ?? '').split(':');
  const socket = connect({ host, port: Number(port), ca: certificate, servername: 'localhost', ALPNProtocols: ['h2'] });
  await once(socket, 'secureConnect');
  expect([socket.authorized, socket.alpnProtocol]).toEqual([true, 'h2']);
  socket.destroy();
  child.kill('SIGTERM');
  const [code] = await once(child, 'exit');
  expect(code).toBe(0);
});
