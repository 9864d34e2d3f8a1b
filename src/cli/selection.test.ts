import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeApp } from '../server/fake-app.ts';
import { fakeShell, runWith } from './fake-shell.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'syncline-ids-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('--ids', () => {
  const text = '\ufeff# the first ones\r\n001A\r\n\r\n  001B  \n# twice\n001A\n4711';
  const asked = ['run [] {"ids":["001A","001B","4711"]}'];

  it('is a file with an id in each line; blank lines and comments are left out', async () => {
    const file = join(folder, 'ids.txt');
    await writeFile(file, text);
    const app = fakeApp();
    expect((await runWith(app, `run --ids ${file}`)).code).toBe(0);
    expect(app.asked).toEqual(asked);
  });

  it('- is stdin', async () => {
    const app = fakeApp();
    await runWith(app, 'run --ids -', fakeShell({ stdin: text }));
    expect(app.asked).toEqual(asked);
  });

  it('a file that is not there, and one without an id, ask nobody: none must not become all', async () => {
    const app = fakeApp();
    const missing = await runWith(app, `preview --ids ${join(folder, 'none.txt')}`);
    expect([missing.code, missing.err]).toEqual([1, `${join(folder, 'none.txt')} not found\n`]);
    await writeFile(join(folder, 'ids.txt'), '# nothing\n');
    const empty = await runWith(app, `preview --ids ${join(folder, 'ids.txt')}`);
    expect([empty.code, empty.err]).toEqual([2, expect.stringContaining('has no ids')]);
    expect(app.asked).toEqual([]);
  });
});

it.each(['crm:001xx000003DGbYAAW', 'desk:4711', 'https://acme.zendesk.com/agent/organizations/4711'])(
  '--record %s goes to the app as it is',
  async (record) => {
    const app = fakeApp();
    await runWith(app, `preview --record ${record} --json`);
    expect(app.asked).toEqual([`preview [] ${JSON.stringify({ record })}`]);
  },
);

it('a run of some records says nothing of the others', async () => {
  expect((await runWith(fakeApp(), 'run --count 5')).out).toContain('\nThese are in step in 1.2 s.\n');
  expect((await runWith(fakeApp(), 'run --sync accounts')).out).toContain('\nAll in step in 1.2 s.\n');
});
