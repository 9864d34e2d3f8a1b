import { describe, expect, it } from 'vitest';
import { AnswerRefused, AppError, type RunReport } from '../app/app.ts';
import { FaultError, OutageError } from '../model/fault.ts';
import {
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
} from '../server/fake-app.ts';
import { fakeShell, runWith } from './fake-shell.ts';

const held: RunReport = {
  ...someRun,
  syncs: { accounts: { ...(someRun.syncs.accounts ?? fail()), held: 2, failed: 1 } },
  nextRetry: '2026-11-20T12:01:00.000Z',
};

function fail(): never {
  throw new Error('the sample has a sync named accounts');
}

const everyCommand = [
  'demo',
  'start',
  'check',
  'doctor',
  'preview',
  'apply',
  'run',
  'sweep',
  'status',
  'history',
  'holds',
  'failures',
  'retry',
  'answer',
  'answers',
  'link',
  'unlink',
  'adopt',
  'pause',
  'resume',
  'twin',
  'schema',
];

describe('--json prints one value on stdout and nothing else', () => {
  it.each<[string, unknown, string]>([
    ['check', [], 'check {"live":false}'],
    ['check --live', [], 'check {"live":true}'],
    [
      'doctor --install trigger --repair',
      [{ check: 'login', ok: true, found: 'sales answers', fix: '' }],
      'doctor {"install":"trigger","repair":true}',
    ],
    [
      'doctor --install package --connection sales --record-type',
      [{ check: 'login', ok: true, found: 'sales answers', fix: '' }],
      'doctor {"install":"package","connection":"sales","recordType":"Zendesk Ticket Sync"}',
    ],
    ['run', someRun, 'run []'],
    ['run --sync a --sync b', someRun, 'run ["a","b"]'],
    ['run --count 5 --record crm:001A', someRun, 'run [] {"count":5,"record":"crm:001A"}'],
    ['preview --sync accounts', { ...someHead, sample: someLines }, 'preview ["accounts"]'],
    ['preview --limit 1', { ...someHead, sample: someLines.slice(0, 1) }, 'preview []'],
    ['preview --limit 0', { ...someHead, sample: [] }, 'preview []'],
    ['apply -', { ...someRun, left: [] }, 'apply'],
    [
      'link --sync accounts --crm 001A --desk 4711',
      { link: 'link1' },
      'link {"sync":"accounts","crm":"001A","desk":"4711"}',
    ],
    ['unlink --link link1', { link: 'link1', unlinked: true }, 'unlink "link1"'],
    ['status', someStatus, 'status'],
    ['history --since 24h --limit 5', [someHistory], 'history {"since":"24h","limit":5}'],
    ['failures --record crm:001A --status limit', [limited], 'failures {"status":"limit","record":"crm:001A"}'],
    ['retry a b', { retried: 2 }, 'retry ["a","b"]'],
    ['retry --all', { retried: 7 }, 'retry null'],
    ['answer hold1 crm', { answered: true }, 'answer "hold1" {"say":"crm"}'],
    ['answer hold1 crm --always', { answered: true }, 'answer "hold1" {"say":"crm","always":true}'],
    ['answers', [someStanding], 'answers'],
    ['answers --forget answer1', { forgotten: true }, 'forget "answer1"'],
    ['answer hold1 --candidate 81', { answered: true }, 'answer "hold1" {"say":"candidate","id":"81"}'],
    [
      'pause --sync accounts',
      { kind: 'sync', name: 'accounts', paused: true },
      'pause {"kind":"sync","name":"accounts"}',
    ],
    ['resume --link link1', { kind: 'link', name: 'link1', paused: false }, 'resume {"kind":"link","name":"link1"}'],
  ])('%s', async (line, value, asked) => {
    const app = fakeApp();
    const { code, out } = await runWith(app, `${line} --json`);
    expect(out.trimEnd().split('\n')).toHaveLength(1);
    expect(JSON.parse(out)).toEqual(value);
    expect(code).toBe(0);
    expect(app.asked).toEqual([asked]);
    expect(app.closed()).toBe(true);
  });
});

describe('exit codes', () => {
  it('a run that leaves held or failed records ends with 3', async () => {
    const { code, out } = await runWith(fakeApp({ run: async () => held }), 'run');
    expect(code).toBe(3);
    expect(out).toContain('2 records are held');
    expect(out).toContain('1 record failed');
  });

  it('a run that could not wait for all of it ends with 3 and says when it goes on', async () => {
    const waiting = { ...someRun, nextRetry: '2026-11-20T12:01:00.000Z' };
    const { code, out } = await runWith(fakeApp({ run: async () => waiting }), 'run');
    expect(code).toBe(3);
    expect(out).toContain('Not all is done');
    expect(out).toContain('The next retry is due at');
  });

  it('a plan of which something is left ends with 3, though nothing is held', async () => {
    const { code, out } = await runWith(fakeApp(), 'apply - --json', fakeShell({ stdin: '{}\n' }));
    expect(code).toBe(3);
    expect(JSON.parse(out)).toEqual({
      ...someRun,
      left: [{ sync: 'accounts', link: 'link1', name: '{}', why: 'it was read' }],
    });
  });

  it('records that could not be adopted end with 3', async () => {
    const app = fakeApp();
    const { code, out } = await runWith(app, 'adopt --sync accounts --from desk:external_id --json');
    expect([code, JSON.parse(out)]).toEqual([3, someAdoption]);
    expect(app.asked).toEqual(['adopt "accounts" {"side":"desk","field":"external_id"}']);
    const all = fakeApp({ adopt: async () => ({ ...someAdoption, left: [], leftCount: 0 }) });
    expect((await runWith(all, 'adopt --sync accounts --from desk:external_id')).code).toBe(0);
  });

  it('a link that is refused ends with 1 and the reason', async () => {
    const refuse = () => Promise.reject(new AppError('Account "Acme" (001A) is already linked with 4712.'));
    const { code, err } = await runWith(fakeApp({ link: refuse }), 'link --sync accounts --crm 001A --desk 4711');
    expect([code, err]).toEqual([1, 'Account "Acme" (001A) is already linked with 4712.\n']);
  });

  it('a doctor with findings ends with 3', async () => {
    const row = { check: 'budget', ok: false, found: 'no calls left today', fix: 'wait until midnight' };
    const { code, out } = await runWith(fakeApp({ doctor: async () => [row] }), 'doctor');
    expect(code).toBe(3);
    expect(out).toContain('!!  budget\n    no calls left today\n    Fix: wait until midnight\n1 finding to mend.');
  });

  const problem = {
    path: 'syncs.a.preset',
    line: 7,
    problem: 'there is no such preset',
    fix: 'salesforce-zendesk/accounts',
  };

  it('a check that finds problems ends with 1 and prints each with its place and its fix', async () => {
    const { code, out } = await runWith(fakeApp({ check: async () => [problem] }), 'check --config other.yaml');
    expect(code).toBe(1);
    expect(out).toContain('other.yaml:7  syncs.a.preset — there is no such preset. Fix: salesforce-zendesk/accounts\n');
  });

  it('a config too broken to open anything with is a result of check all the same', async () => {
    const broken = fakeApp({ check: () => Promise.reject(new AppError('The config has problems.', [problem])) });
    const { code, out } = await runWith(broken, 'check --json');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toEqual([problem]);
  });

  it('holds, failures, status and history end with 0 whatever they show', async () => {
    for (const line of ['holds', 'failures', 'status', 'history'])
      expect((await runWith(fakeApp(), line)).code).toBe(0);
  });

  it('an answer that the hold does not take ends with 2, with those that it takes', async () => {
    const refused = new AnswerRefused('the hold h1 (hidden) does not take crm. It takes skip');
    const { code, err } = await runWith(fakeApp({ answer: async () => Promise.reject(refused) }), 'answer h1 crm');
    expect([code, err]).toEqual([2, 'error: the hold h1 (hidden) does not take crm. It takes skip\n']);
  });

  it('an answer to a hold that is gone ends with 1', async () => {
    const { code, err } = await runWith(fakeApp({ answer: async () => ({ answered: false }) }), 'answer old skip');
    expect(code).toBe(1);
    expect(err).toContain('There is no hold old any more');
  });
});

describe('what was typed wrongly ends with 2 and asks nobody', () => {
  it.each([
    ['stauts', 'Did you mean status?'],
    ['', 'Usage: syncline'],
    ['status --colour red', "unknown option '--colour'"],
    ['status extra', 'too many arguments'],
    ['run --sync', 'argument missing'],
    ['history --limit many', 'option --limit: give a whole number'],
    ['history --since yesterday', 'option --since: give a time such as'],
    ['holds --record 001A', 'option --record: give a side and an id'],
    ['run --record 001A', 'option --record: give a side and an id'],
    ['run --count 0', 'option --count: give at least 1'],
    ['run --ids -', 'option --ids: - has no ids'],
    ['preview --limit -1', 'option --limit: give 0 or more'],
    ['apply', "missing required argument 'file'"],
    ['link --sync accounts --crm 001A', 'option --desk: give the id of a record'],
    ['unlink', 'option --link: give the id of a link'],
    ['adopt --sync accounts --from Zendesk_Id__c', 'option --from: give crm:FIELD or desk:FIELD'],
    ['doctor --record-type Tickets', 'option --record-type: goes with --install package'],
    ['doctor --install everything', 'option --install: can install: keys, package, trigger'],
    ['retry', 'give the ids of holds or failures, or --all'],
    ['retry a --all', 'give the ids of holds or failures, or --all'],
    ['answer', "missing required argument 'hold'"],
    ['answer hold1', 'give one answer'],
    ['answer hold1 crm --value x', 'give one answer'],
    ['answer hold1 maybe', 'maybe is no answer'],
    ['pause', 'give one of --sync, --connection and --link'],
    ['pause --sync a --link b', 'give one of --sync, --connection and --link'],
    ['start --port 99999', 'option --port: give a port'],
    ['twin oracle', 'there is no twin of oracle; there are salesforce, zendesk'],
  ])('%s', async (line, said) => {
    const app = fakeApp();
    const { code, out, err } = await runWith(app, line);
    expect(code).toBe(2);
    expect(err).toContain(said);
    expect(out).toBe('');
    expect(app.asked).toEqual([]);
  });
});

describe('what goes wrong', () => {
  const failing = (error: unknown) => fakeApp({ status: () => Promise.reject(error) });

  it('an AppError prints its words and the problems of the config, and ends with 1', async () => {
    const error = new AppError('The config has 2 problems.', [
      { path: 'syncs', line: 3, problem: 'is missing.', fix: 'add one' },
      { path: 'connections.sales', line: null, problem: 'has no URL', fix: '' },
    ]);
    const { code, out, err } = await runWith(failing(error), 'status');
    expect(code).toBe(1);
    expect(out).toBe('');
    expect(err).toBe(
      'The config has 2 problems.\nsyncline.yaml:3  syncs — is missing. Fix: add one\nsyncline.yaml  connections.sales — has no URL.\n',
    );
  });

  it('a fault of a vendor prints its sentence', async () => {
    const { code, err } = await runWith(
      failing(new FaultError({ kind: 'login', say: 'Zendesk refuses the login.' })),
      'status',
    );
    expect([code, err]).toEqual([1, 'Zendesk refuses the login.\n']);
  });

  it('an outage of the database prints its sentence', async () => {
    const { code, err } = await runWith(failing(new OutageError('the database db/x took too long. Look.')), 'status');
    expect([code, err]).toEqual([1, 'the database db/x took too long. Look.\n']);
  });

  it('a bug says that it is one, without a stack trace', async () => {
    const { code, err } = await runWith(failing(new TypeError('x is not a function')), 'status');
    expect(code).toBe(1);
    expect(err).toBe('x is not a function — this is a bug in Syncline, please report it.\n');
  });

  it('the stack is for those who ask for it', async () => {
    const shell = fakeShell({ environment: { SYNCLINE_LOG: 'debug' } });
    const { err } = await runWith(failing(new TypeError('x is not a function')), 'status', shell);
    expect(err).toMatch(/\n\s+at /);
  });

  it('the app is closed all the same', async () => {
    const app = failing(new Error('no'));
    await runWith(app, 'status');
    expect(app.closed()).toBe(true);
  });
});

describe('help', () => {
  it.each(everyCommand)('%s --help shows an example and knows --json', async (name) => {
    const { code, out } = await runWith(fakeApp(), `${name} --help`);
    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`Examples?:\n  syncline ${name}`));
    expect(out).toContain('--json');
  });

  it('lists every command', async () => {
    const { out } = await runWith(fakeApp(), '--help');
    for (const name of everyCommand) expect(out).toMatch(new RegExp(`^  ${name} `, 'm'));
  });

  it('says commands as this person calls them', async () => {
    const shell = fakeShell({ environment: { npm_lifecycle_event: 'syncline' } });
    expect((await runWith(fakeApp(), 'status --help', shell)).out).toContain('npm run -s syncline -- status');
  });
});

describe('Ctrl-C', () => {
  it('once stops a run cleanly: its report, exit code 130, and a word about the next run', async () => {
    const shell = fakeShell();
    const app = fakeApp({
      run: async ({ signal }) => {
        expect(signal?.aborted).toBe(false);
        shell.interrupt();
        expect(signal?.aborted).toBe(true);
        return someRun;
      },
    });
    const { code, out, err } = await runWith(app, 'run --json', shell);
    expect(code).toBe(130);
    expect(JSON.parse(out)).toEqual(someRun);
    expect(err).toContain('Stopping cleanly… Ctrl-C again stops at once.');
    expect(err).toContain('The next run goes on from there.');
    expect(shell.exits).toEqual([]);
    expect(app.closed()).toBe(true);
  });

  it('twice ends the process at once', async () => {
    const shell = fakeShell();
    const app = fakeApp({
      run: async () => {
        shell.interrupt();
        shell.interrupt(1_000);
        return someRun;
      },
    });
    await runWith(app, 'run', shell);
    expect(shell.exits).toEqual([130]);
  });

  it('that npm passes on a second time counts once', async () => {
    const shell = fakeShell();
    const app = fakeApp({
      run: async () => {
        shell.interrupt();
        shell.interrupt(20);
        return someRun;
      },
    });
    await runWith(app, 'run', shell);
    expect(shell.exits).toEqual([]);
  });

  it.each([
    ['preview', 'Stopped. Nothing was written at any vendor.'],
    ['apply -', 'Stopped. What is left of the plan is due as before.'],
    ['adopt --sync accounts --from crm:X', 'Stopped. What is joined by then stays so.'],
  ])('stops %s too, with a word about what was done', async (line, said) => {
    const shell = fakeShell();
    const stop = () => {
      shell.interrupt();
      return Promise.reject(new AppError('It was stopped.'));
    };
    const { code, out, err } = await runWith(fakeApp({ preview: stop, apply: stop, adopt: stop }), line, shell);
    expect([code, out]).toEqual([130, '']);
    expect(err).toContain(said);
  });

  it('during a pass of a server, whose report is lost, is no failure', async () => {
    const shell = fakeShell();
    const app = fakeApp({
      run: async () => {
        shell.interrupt();
        throw new AppError('The run was stopped.');
      },
    });
    expect(await runWith(app, 'run --json', shell)).toMatchObject({ code: 130, out: '' });
  });
});

describe('--value', () => {
  it.each<[string, string, unknown]>([
    ['a text as it stands', '42', '42'],
    ['an empty text, which is not null', '', ''],
  ])('is %s where the held values are texts', async (_, typed, value) => {
    const app = fakeApp();
    const { code } = await runWith(app, `answer hold1 --value=${typed} --json`);
    expect(code).toBe(0);
    expect(app.asked.at(-1)).toBe(`answer "hold1" ${JSON.stringify({ say: 'value', value })}`);
  });

  const numeric = { ...conflict, values: { crm: 3, desk: 4, base: null } };
  it.each<[string, unknown]>([
    ['42', 42],
    ['null', null],
    ['["a","b"]', ['a', 'b']],
  ])('%s is JSON where they are something else', async (typed, value) => {
    const app = fakeApp({ holds: async () => [numeric] });
    await runWith(app, `answer hold1 --value ${typed}`);
    expect(app.asked.at(-1)).toBe(`answer "hold1" ${JSON.stringify({ say: 'value', value })}`);
  });

  it('that is no JSON there is a mistake', async () => {
    const { code, err } = await runWith(fakeApp({ holds: async () => [numeric] }), 'answer hold1 --value many');
    expect(code).toBe(2);
    expect(err).toContain('give JSON');
  });
});
