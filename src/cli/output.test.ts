import { describe, expect, it } from 'vitest';
import type { App, HoldEntry } from '../app/app.ts';
import { ambiguous, conflict, fakeApp, someRun, someStatus } from '../server/fake-app.ts';
import { fakeShell, runWith } from './fake-shell.ts';
import { widthOf } from './render/text.ts';

const colour = /\p{Cc}\[\d+m/gu;

/** What a person sees in a terminal of this width, colours left out. */
async function seen(app: App, line: string, columns = 80): Promise<string> {
  const { out } = await runWith(app, line, fakeShell({ terminal: true, columns }));
  return out.replace(colour, '');
}

describe('holds', () => {
  it('show what is held, both values, why, and the commands that end it', async () => {
    expect(await seen(fakeApp({ holds: async () => [conflict] }), 'holds')).toBe(
      `conflict  accounts  Description ↔ details
  Account 001A and organization 4711, since 3 min ago
  Account Acme and organization Acme both changed Description ↔ details since
  they last agreed.
    crm:  "Ships on Mondays"
    desk: "Ships on Fridays"
    last agreed: empty
  Take the CRM’s value:
    syncline answer hold1 crm
  Take the desk’s value:
    syncline answer hold1 desk
  Set both to another value:
    syncline answer hold1 --value TEXT

1 hold.
`,
    );
  });

  it('name every candidate with the command that chooses it', async () => {
    const text = await seen(fakeApp({ holds: async () => [ambiguous] }), 'holds');
    expect(text).toContain('candidate on desk: 81 — name is globex');
    expect(text).toContain('syncline answer hold2 --candidate 81\n');
    expect(text).toContain('syncline answer hold2 --candidate 82\n');
    expect(text).toContain('syncline answer hold2 create\n');
  });

  it.each(['required', 'refused', 'brake', 'loop', 'unsure', 'hidden', 'undone', 'closed', 'something new'])(
    'a hold because of %s says what can be done',
    async (why) => {
      const text = await seen(fakeApp({ holds: async () => [{ ...conflict, why }] }), 'holds');
      expect(text).toMatch(/syncline (answer|retry) hold1/);
    },
  );

  it('a record of another sync explains why it is held, and cannot be chosen', async () => {
    const yields: HoldEntry = {
      ...ambiguous,
      crm: null,
      desk: { id: '4711', object: 'user' },
      message: 'User "Ann" (4711): Contact "Ann" (003A) has the same Email, and the sync "contacts" goes first.',
      candidates: [{ side: 'crm', id: '003A', reason: 'is carried by the sync "contacts"' }],
    };
    const text = await seen(fakeApp({ holds: async () => [yields] }), 'holds');
    expect(text).toContain('candidate on crm: 003A — is carried by the sync "contacts"');
    expect(text).not.toContain('--candidate');
    expect(text).toContain('Create a new record for it:\n    syncline answer hold2 create\n');
  });

  it('a record that is never written can be parted from its twin', async () => {
    const message =
      'User "Ann" (4711) is an agent, and Syncline never writes such a record. Unlink them, or answer "skip".';
    const agent: HoldEntry = { ...conflict, why: 'refused', message };
    const text = await seen(fakeApp({ holds: async () => [agent] }), 'holds');
    expect(text).toContain('Part the two records:\n    syncline unlink --link link1\n');
    expect(
      await seen(fakeApp({ holds: async () => [{ ...agent, message: 'no such option' }] }), 'holds'),
    ).not.toContain('unlink');
  });

  it('a record that waits for another one is created by itself when that is there', async () => {
    const message = 'Contact "Ann" (003A): AccountId points to Account "Acme" (001A), which has no twin yet.';
    const text = await seen(fakeApp({ holds: async () => [{ ...conflict, why: 'required', message }] }), 'holds');
    expect(text).toContain(
      'Once what is missing is there, it is tried by itself; to try now:\n    syncline retry hold1\n',
    );
  });

  it('records that were parted by hand can be joined again', async () => {
    const reason = 'was linked with it before';
    const parted: HoldEntry = {
      ...conflict,
      why: 'undone',
      field: null,
      desk: null,
      candidates: [{ side: 'desk', id: '4711', reason }],
    };
    const text = await seen(fakeApp({ holds: async () => [parted] }), 'holds');
    expect(text).toContain('Link it with 4711 on desk again:\n    syncline answer hold1 --candidate 4711\n');
    expect(text).toContain('Have it matched anew:\n    syncline answer hold1 go\n');
  });

  it('the commands name the data folder where it is not the usual one', async () => {
    const { out } = await runWith(fakeApp(), 'holds --data /tmp/elsewhere');
    expect(out).toContain('syncline answer hold1 crm --data /tmp/elsewhere\n');
  });

  it('a command that does not fit goes on in the next line in a way that a shell understands', async () => {
    const long: HoldEntry = { ...conflict, id: '01jd3w8k2m4n6p8q0r2s4t' };
    const text = await seen(fakeApp({ holds: async () => [long] }), 'holds --data /srv/syncline', 50);
    expect(text).toContain('    syncline answer 01jd3w8k2m4n6p8q0r2s4t crm \\\n      --data /srv/syncline\n');
  });

  it('nothing held is said in words', async () => {
    expect(await seen(fakeApp({ holds: async () => [] }), 'holds')).toBe('Nothing waits for you.\n');
  });

  it('a vendor’s control characters do not reach the terminal', async () => {
    const nasty: HoldEntry = { ...conflict, message: 'Name is \u{1b}[2J\u{7}gone\u{202e}' };
    const { out } = await runWith(fakeApp({ holds: async () => [nasty] }), 'holds');
    expect(out).toContain('Name is ·[2J·gone\n');
  });
});

describe('failures', () => {
  it('say when they are tried again, and how to do it now', async () => {
    const text = await seen(fakeApp(), 'failures');
    expect(text).toContain('Zendesk asks to wait. (429)');
    expect(text).toContain('Tried 2×; it is tried again by itself in 60 s.');
    expect(text).toContain('syncline retry fault1\n');
    expect(text).toContain('1 failure. To try all of them now:\n  syncline retry --all\n');
  });
});

describe('tables', () => {
  const crowded = Object.fromEntries(
    ['accounts', 'contacts-of-the-northern-subsidiary-and-its-partners', 'Łódź'].map((name) => [
      name,
      someRun.syncs.accounts,
    ]),
  );
  const wideApp = fakeApp({
    run: async () => ({
      ...someRun,
      syncs: Object.fromEntries(Object.entries(crowded).flatMap(([name, sync]) => (sync ? [[name, sync]] : []))),
    }),
  });

  it('status at 80 columns', async () => {
    expect(await seen(fakeApp(), 'status')).toBe(
      `sync      mode  links  due  held  failed    lag  state
accounts  all      12    0     1       0  2.1 s  waits for you

connection  account             environment  login    calls    left  refills
sales       00D000000000001EAA  production   ok          12  99,988  in 12 h
support     not reached yet     sandbox      untried      0
`,
    );
  });

  it.each([
    'run',
    'preview',
    'apply -',
    'adopt --sync accounts --from crm:Zendesk_Id__c',
    'link --sync accounts --crm 001A --desk 4711',
    'unlink --link link1',
    'status',
    'history',
    'holds',
    'failures',
    'check',
    'doctor',
  ])('%s is never wider than the terminal', async (line) => {
    for (const columns of [40, 60, 80]) {
      const text = await seen(line === 'run' ? wideApp : fakeApp(), line, columns);
      for (const row of text.split('\n')) expect(widthOf(row)).toBeLessThanOrEqual(columns);
    }
  });

  it('in a file or a pipe nothing is cut', async () => {
    const { out } = await runWith(wideApp, 'run');
    expect(out).toContain('contacts-of-the-northern-subsidiary-and-its-partners');
  });
});

describe('colours', () => {
  const green = '\u{1b}[32m';
  const empty =
    someStatus.syncs.accounts === undefined ? {} : { accounts: { ...someStatus.syncs.accounts, links: 0, held: 0 } };

  it('are for terminals only', async () => {
    expect((await runWith(fakeApp(), 'status')).out).not.toMatch(colour);
    expect((await runWith(fakeApp(), 'status', fakeShell({ terminal: true }))).out).toMatch(colour);
  });

  it('are left out where NO_COLOR says so', async () => {
    const shell = fakeShell({ terminal: true, environment: { NO_COLOR: '1' } });
    expect((await runWith(fakeApp(), 'status', shell)).out).not.toMatch(colour);
  });

  it('a run that found nothing due is not green', async () => {
    const idle = { ...someRun, syncs: {} };
    const { out } = await runWith(fakeApp({ run: async () => idle }), 'run', fakeShell({ terminal: true }));
    expect(out).toContain('Nothing was due');
    expect(out).not.toContain(green);
  });

  it('a sync without any link is not green', async () => {
    const app = fakeApp({ status: async () => ({ syncs: empty, connections: {} }) });
    const { out } = await runWith(app, 'status', fakeShell({ terminal: true }));
    expect(out).toContain('nothing yet');
    expect(out).not.toContain(green);
  });
});
