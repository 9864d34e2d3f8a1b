import { describe, expect, it } from 'vitest';
import { fakeShell } from '../fake-shell.ts';
import { runCommand } from '../program.ts';

const key = '11'.repeat(32);

async function worker(environment: Readonly<Record<string, string>>) {
  const shell = fakeShell({ environment });
  return { code: await runCommand(['worker', '--json'], shell), out: shell.out(), err: shell.err() };
}

// What it does where everything is there, test/workers tries with real processes.
describe('a worker', () => {
  it('needs a database that processes can share, and says where one process works without', async () => {
    const ended = await worker({ SYNCLINE_KEY: key });
    expect(ended).toMatchObject({ code: 1, out: '' });
    expect(ended.err).toContain('set DATABASE_URL=postgres://');
    expect(ended.err).toContain('`syncline start` works there');
  });

  it('needs the key that all of them have', async () => {
    const ended = await worker({ DATABASE_URL: 'postgres://127.0.0.1:1/syncline' });
    expect(ended).toMatchObject({ code: 1, out: '' });
    expect(ended.err).toContain('set SYNCLINE_KEY to the same value for all of them');
  });

  it('says which database does not answer, and why', async () => {
    const ended = await worker({ DATABASE_URL: 'postgres://me:secret@127.0.0.1:1/syncline', SYNCLINE_KEY: key });
    expect(ended).toMatchObject({ code: 1, out: '' });
    expect(ended.err).toContain('the database 127.0.0.1:1/syncline cannot be reached: connect ECONNREFUSED');
    expect(ended.err).not.toContain('secret');
    expect(ended.err).not.toContain('bug in Syncline');
  });
});
