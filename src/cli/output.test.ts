import { describe, expect, it } from 'vitest';
import type { App, HoldEntry } from '../app/app.ts';
import { ambiguous, conflict, fakeApp, someHistory, someRun, someStanding, someStatus } from '../server/fake-app.ts';
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
  Take the desk’s value:
    syncline answer hold1 desk
  Take the CRM’s value:
    syncline answer hold1 crm
  Set both to another value:
    syncline answer hold1 --value TEXT
  Both stay as they are:
    syncline answer hold1 skip
  With --always, desk or crm answers every such hold from now on.

1 hold.
`,
    );
  });

  it('say of which kind a value is to be, what an undo is about, and no values where there are none', async () => {
    const text = async (more: Partial<HoldEntry>) =>
      seen(fakeApp({ holds: async () => [{ ...conflict, ...more }] }), 'holds');
    for (const [crm, shape] of [
      [7, 'NUMBER'],
      [false, 'true'],
      [['a'], `'["A","B"]'`],
    ] as const)
      expect(await text({ values: { crm, desk: null, base: null } })).toContain(`--value ${shape}\n`);
    expect(await text({ why: 'undone' })).toContain('    Syncline had written: empty\n');
    expect(await text({ values: { crm: null, desk: null, base: null } })).not.toContain('last agreed:');
  });

  it('name every candidate with the command that chooses it', async () => {
    const text = await seen(fakeApp({ holds: async () => [ambiguous] }), 'holds');
    expect(text).toContain('candidate on desk: 81 — name is globex');
    expect(text).toContain('syncline answer hold2 --candidate 81\n');
    expect(text).toContain('syncline answer hold2 --candidate 82\n');
    expect(text).toContain('syncline answer hold2 create\n');
  });

  it.each(['required', 'refused', 'hidden', 'something new'])(
    'a hold because of %s that takes no answer says how it is tried again',
    async (why) => {
      const text = await seen(fakeApp({ holds: async () => [{ ...conflict, why, offers: [] }] }), 'holds');
      expect(text).toContain('syncline retry hold1\n');
      expect(text).not.toContain('--always');
    },
  );

  it('a record of another sync explains why it is held, and cannot be chosen', async () => {
    const yields: HoldEntry = {
      ...ambiguous,
      crm: null,
      desk: { id: '4711', object: 'user' },
      message: 'User "Ann" (4711): Contact "Ann" (003A) has the same Email, and the sync "contacts" goes first.',
      candidates: [{ side: 'crm', id: '003A', reason: 'is carried by the sync "contacts"' }],
      offers: [{ say: 'create', means: 'Create a new record for it', always: true }],
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
      offers: [
        { say: 'candidate', id: '4711', means: 'Link it with 4711 on desk again', default: true },
        { say: 'go', means: 'Have it matched anew' },
      ],
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

describe('what was decided for somebody', () => {
  it('the history says which value gave way, and why', async () => {
    const over = { policy: 'desk', note: 'newest: too close to call (0.4 s apart), then desk' } as const;
    const fields = { name: { before: 'Acme', after: 'Acme Ltd', rule: 'Name ↔ name', over } };
    const text = await seen(fakeApp({ history: async () => [{ ...someHistory, fields }] }), 'history', 200);
    expect(text).toContain(
      '"Acme" → "Acme Ltd" (Name ↔ name, overruled by the policy "desk": newest: too close to call (0.4 s apart), then desk)',
    );
    expect(await seen(fakeApp({ history: async () => [someHistory] }), 'history', 200)).not.toContain('overruled');
  });

  it('standing answers say what they stand for, since when, and how to take them back', async () => {
    const mapped = {
      ...someStanding,
      why: 'refused',
      field: 'Industry → industry',
      from: 'crm',
      value: 'Mining',
      answer: { say: 'value', value: 'energy', always: true },
    } as const;
    expect(await seen(fakeApp({ answers: async () => [someStanding, mapped] }), 'answers')).toBe(
      `conflict  accounts  Description ↔ details
  The CRM’s value wins, since 3 min ago.
  To take it back:
    syncline answers --forget answer1

refused  accounts  Industry → industry
  The CRM’s value "Mining" is written as "energy", since 3 min ago.
  To take it back:
    syncline answers --forget answer1

2 standing answers.
`,
    );
    expect(await seen(fakeApp({ answers: async () => [] }), 'answers')).toBe('Nothing was answered for always.\n');
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
