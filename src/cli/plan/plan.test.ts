import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type App, AppError } from '../../app/app.ts';
import type { PlanHead } from '../../app/plan/head.ts';
import type { PlanLine, WriteLine } from '../../app/plan/lines.ts';
import { fakeApp, someHead, someLines, someRun, textsOf } from '../../server/fake-app.ts';
import { fakeShell, runWith } from '../fake-shell.ts';
import { widthOf } from '../render/text.ts';

const colour = /\p{Cc}\[\d+m/gu;

async function seen(app: App, line: string, columns: number): Promise<string> {
  return (await runWith(app, line, fakeShell({ terminal: true, columns }))).out.replace(colour, '');
}

/** An app whose preview is these lines; their counts are made for them. */
function planning(lines: readonly PlanLine[], head: Partial<PlanHead> = {}): App {
  const syncs: Record<string, PlanHead['syncs'][string]> = {};
  for (const { sync } of lines) {
    const of = (verb: string, side: string) =>
      lines.filter((line) => line.sync === sync && line.do === verb && (!('side' in line) || line.side === side))
        .length;
    const sided = (verb: string) => ({ crm: of(verb, 'crm'), desk: of(verb, 'desk') });
    syncs[sync] = {
      create: sided('create'),
      update: sided('update'),
      remove: sided('remove'),
      link: of('link', ''),
      hold: of('hold', ''),
    };
  }
  return fakeApp({ preview: (_, take) => take({ ...someHead, doubles: [], syncs, ...head }, textsOf(lines)) });
}

const update: WriteLine = {
  do: 'update',
  sync: 'accounts',
  link: 'link1',
  name: 'Account "Acme" (001A)',
  side: 'desk',
  object: 'organization',
  id: '4711',
  fields: {},
};
const changing = (field: string, from: WriteLine['fields'][string]['from'], to: WriteLine['fields'][string]['to']) => ({
  ...update,
  fields: { [field]: { from, to, rule: 'a rule' } },
});

describe('preview', () => {
  it('shows counts, records field by field, holds, doubles, the cost, and what to do next', async () => {
    expect(await seen(fakeApp(), 'preview', 80)).toBe(`accounts  crm  desk  in all
create      0     2       2
update      0     1       1
link                      1
hold                      1

accounts
  Account "Acme" (001A)
    create organization on desk
      name: "Acme" (Name → name)
  Account "Acme France" (001D)
    create organization on desk
      name: "Acme France" (Name → name)
      organization_fields.parent: → organization of Account "Acme" (created by
      this plan) (ParentId → organization_fields.parent)
  Account "Initech" (001E)
    link crm 001E with desk 4711
    update organization 4711 on desk
      details: "Ships on Mondays" → "Ships on Fridays" (Description → details)

1 hold would wait for a person:
  ambiguous 1× in accounts:
    Account "Globex" (001B): its Name matches name "globex" of 2 records. Choose
    one.

accounts: 3 values of Name stand in several records on crm:
    "globex" in 001B, 001C
    … and 2 more
They are held as ambiguous where they would have to be told apart by it, unless
onMany chooses.

accounts: what is created at support (organization) carries our key in
external_id.

calls to  read  write
sales        1      0
support      2      3
It takes about 4 min: 30 jobs at a time at support.

Nothing was written at any vendor.
To do it, with whatever is due by then:
  syncline run
To keep a plan, and then do exactly that:
  syncline preview --out plan.jsonl
  syncline apply plan.jsonl
`);
  });

  it('says the same on a narrow terminal', async () => {
    const text = await seen(fakeApp(), 'preview', 40);
    for (const row of text.split('\n')) expect(widthOf(row)).toBeLessThanOrEqual(40);
    expect(text).toContain('accounts  crm  desk  in all\ncreate      0     2       2\n');
    expect(text.replace(/\s+/g, ' ')).toContain(
      'details: "Ships on Mondays" → "Ships on Fridays" (Description → details)',
    );
    expect(text).toContain('It takes about 4 min: 30 jobs at a time\nat support.\n');
  });

  it('is neither cut nor coloured in a file or a pipe', async () => {
    const { out } = await runWith(fakeApp(), 'preview');
    expect(out).not.toMatch(colour);
    expect(out).toContain(
      '      organization_fields.parent: → organization of Account "Acme" (created by this plan) (ParentId → organization_fields.parent)\n',
    );
  });

  it('shows the first records of every sync and says how much there is beside them', async () => {
    const lines = ['accounts', 'contacts'].flatMap((sync) =>
      ['a', 'b', 'c'].map((link) => ({ ...update, sync, link: `${sync} ${link}`, name: `${sync} ${link}` })),
    );
    const text = await seen(planning(lines), 'preview --limit 1', 80);
    expect(text).toContain(
      '\naccounts\n  accounts a\n    update organization 4711 on desk\n  … and 2 further changes\n',
    );
    expect(text).toContain(
      '\ncontacts\n  contacts a\n    update organization 4711 on desk\n  … and 2 further changes\n',
    );
  });

  it('does not read a plan to its end for what it does not show', async () => {
    let read = 0;
    const app = fakeApp({
      preview: (_, take) =>
        take(
          { ...someHead, syncs: { accounts: { ...noCounts, update: { crm: 0, desk: 1_000 } } } },
          (async function* () {
            for (; read < 1_000; read += 1) yield JSON.stringify({ ...update, link: `link${read}` });
          })(),
        ),
    });
    expect(await seen(app, 'preview --limit 2', 80)).toContain('… and 998 further changes');
    expect(read).toBe(2);
  });

  it('groups holds by what they are, the most frequent first', async () => {
    const hold = (why: string, link: string): PlanLine => ({
      do: 'hold',
      sync: 'accounts',
      link,
      name: link,
      crm: '001A',
      desk: null,
      why,
      field: null,
      message: `${link} is held.`,
    });
    const app = planning([hold('required', 'a'), hold('ambiguous', 'b'), hold('ambiguous', 'c')]);
    const text = await seen(app, 'preview', 80);
    expect(text).toContain(
      '3 holds would wait for a person:\n  ambiguous 2× in accounts, such as:\n    b is held.\n  required 1× in accounts:\n    a is held.\n',
    );
    expect(text).toContain('Nothing would be written.\n');
  });

  it.each<[string, PlanLine, string]>([
    ['a set', changing('tags', ['a'], { add: ['b'], drop: ['a'] }), 'tags: ["a"] → +"b" −"a" (a rule)'],
    ['an empty field', changing('details', '', null), 'details: empty → empty (a rule)'],
    ['a long text is cut', changing('details', 'x'.repeat(200), 'y'), `details: "${'x'.repeat(79)}…" → "y" (a rule)`],
    ['only blanks differ', changing('name', 'Acme  Ltd', 'Acme Ltd'), 'name: "Acme␣␣Ltd" → "Acme␣Ltd" (a rule)'],
    ['another direction of writing', changing('name', '\u202eevil', 'شركة'), 'name: "evil" → "شركة" (a rule)'],
    ['what would move the cursor', changing('name', '\u001b[2Jgone', 'x'), 'name: "·[2Jgone" → "x" (a rule)'],
    [
      'a record that the plan does not name',
      changing('parent', null, { link: 'nobody' }),
      'parent: empty → a record that this plan creates (a rule)',
    ],
  ])('%s', async (_, line, shown) => {
    const text = await seen(planning([line]), 'preview', 200);
    expect(text).toContain(`      ${shown}\n`);
  });

  it('a reference inside a set is named too', async () => {
    const [acme] = someLines;
    if (acme === undefined) throw new Error('the sample has a line');
    const members = changing('members', [], { add: [{ link: 'link1' }], drop: [] });
    const text = await seen(planning([acme, { ...members, link: 'other' }]), 'preview', 200);
    expect(text).toContain('members: [] → +organization of Account "Acme" (created by this plan) (a rule)');
  });

  it('nothing to do is said, and costs nothing', async () => {
    const app = fakeApp({
      preview: (_, take) => take({ ...someHead, syncs: { accounts: noCounts }, notes: [], doubles: [] }, textsOf([])),
    });
    expect(await seen(app, 'preview', 80)).toBe('accounts: nothing to do\n\nNothing would be written.\n');
  });

  it('the next commands have the same choice of records', async () => {
    const { out } = await runWith(fakeApp(), 'preview --sync accounts --count 5 --data /srv/x');
    expect(out).toContain('  syncline run --sync accounts --count 5 --data /srv/x\n');
    expect(out).toContain('  syncline preview --out plan.jsonl --sync accounts --count 5 --data /srv/x\n');
  });
});

const noCounts = {
  create: { crm: 0, desk: 0 },
  update: { crm: 0, desk: 0 },
  remove: { crm: 0, desk: 0 },
  link: 0,
  hold: 0,
};

describe('a plan in a file', () => {
  let folder: string;
  const at = (name: string) => join(folder, name);
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'syncline-plan-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const whole = `${[someHead, ...someLines].map((line) => JSON.stringify(line)).join('\n')}\n`;

  it('is the head and every line, for this user alone, and says how it is applied', async () => {
    const { code, out } = await runWith(fakeApp(), `preview --limit 1 --out ${at('plan.jsonl')}`);
    expect(code).toBe(0);
    expect(await readFile(at('plan.jsonl'), 'utf8')).toBe(whole);
    expect((await stat(at('plan.jsonl'))).mode & 0o777).toBe(0o600);
    expect(out).toContain(`To do exactly this:\n  syncline apply ${at('plan.jsonl')}\n`);
    expect(out).toContain('… and 3 further changes');
  });

  it('with --json the sample is printed all the same', async () => {
    const { out } = await runWith(fakeApp(), `preview --json --limit 2 --out ${at('plan.jsonl')}`);
    expect(JSON.parse(out)).toEqual({ ...someHead, sample: someLines.slice(0, 2) });
    expect(await readFile(at('plan.jsonl'), 'utf8')).toBe(whole);
  });

  it('takes the place of an earlier plan, and of nothing else', async () => {
    await writeFile(at('plan.jsonl'), `${JSON.stringify(someHead)}\n`);
    await symlink(at('plan.jsonl'), at('latest'));
    expect((await runWith(fakeApp(), `preview --out ${at('latest')}`)).code).toBe(0);
    expect(await readFile(at('plan.jsonl'), 'utf8')).toBe(whole);
    await writeFile(at('notes.txt'), 'mine\n');
    const app = fakeApp();
    const { code, err } = await runWith(app, `preview --out ${at('notes.txt')}`);
    expect([code, err]).toEqual([1, expect.stringContaining('is there already and is no plan')]);
    expect(await readFile(at('notes.txt'), 'utf8')).toBe('mine\n');
    expect((await runWith(app, `preview --out ${folder}`)).err).toContain('is not a file');
    expect(app.asked).toEqual([]);
  });

  it('that breaks off leaves the earlier one as it was, and nothing beside it', async () => {
    await writeFile(at('plan.jsonl'), whole);
    const app = fakeApp({
      preview: (_, take) =>
        take(
          someHead,
          (async function* () {
            yield JSON.stringify(update);
            throw new AppError('The server broke off.');
          })(),
        ),
    });
    const { code, err } = await runWith(app, `preview --out ${at('plan.jsonl')}`);
    expect([code, err]).toEqual([1, 'The server broke off.\n']);
    expect(await readFile(at('plan.jsonl'), 'utf8')).toBe(whole);
    expect(await readdir(folder)).toEqual(['plan.jsonl']);
  });

  it('that cannot be written says why', async () => {
    const { code, err } = await runWith(fakeApp(), `preview --out ${at('none/plan.jsonl')}`);
    expect([code, err]).toEqual([1, expect.stringContaining('none/plan.jsonl cannot be written: ENOENT')]);
  });

  it('goes to apply line by line', async () => {
    await writeFile(at('plan.jsonl'), whole);
    const given: string[] = [];
    const app = fakeApp({
      async apply(_, lines) {
        for await (const line of lines) given.push(line);
        return { ...someRun, left: [] };
      },
    });
    const { code, out } = await runWith(app, `apply ${at('plan.jsonl')}`);
    expect(given.map((line) => `${line}\n`).join('')).toBe(whole);
    expect(out).toContain('Applied in 1.2 s, all of it.\n');
    expect(code).toBe(0);
  });

  it.each([
    ['none.jsonl', 'none.jsonl not found'],
    ['.', 'is a folder, not a file'],
  ])('apply %s is refused with the reason', async (name, said) => {
    const { code, err } = await runWith(fakeApp(), `apply ${at(name)}`);
    expect([code, err]).toEqual([1, expect.stringContaining(said)]);
  });
});

describe('apply', () => {
  const left = (count: number) =>
    Array.from({ length: count }, (_, i) => ({
      sync: 'accounts',
      link: `link${i}`,
      name: `Account "No ${i}"`,
      why: 'name has moved since the preview',
    }));
  const applying = (count: number, held = 0): App => {
    const { accounts } = someRun.syncs;
    if (accounts === undefined) throw new Error('the sample has a sync named accounts');
    const syncs = { accounts: { ...accounts, held } };
    return fakeApp({ apply: async () => ({ ...someRun, syncs, left: left(count) }) });
  };

  it('shows what was done as a run does, what was left, and why', async () => {
    expect(await seen(applying(1, 2), 'apply -', 80)).toBe(
      `sync      seen  created  updated  removed  linked  unchanged  held  failed
accounts    12   9 desk   2 desk        0       1          3     2       0

calls to  read  write  login
sales        4      0      1
support      3      2      1

1 record was left:
  Account "No 0", accounts
    name has moved since the preview

Applied in 1.2 s. 2 records are held: \`syncline holds\` says why. What was left
is due as before: \`syncline preview\` shows it as it is now.
To take it back:
    syncline undo --run run1
`,
    );
  });

  it('names the first of many that were left', async () => {
    const text = await seen(applying(1_234), 'apply -', 40);
    expect(text).toContain('1,234 records were left:\n');
    expect(text).toContain('  Account "No 19", accounts\n');
    expect(text).not.toContain('No 20');
    expect(text.replace(/\s+/g, ' ')).toContain('… and 1,214 more; --json has all of them');
  });

  it('refused, says why and ends with 1', async () => {
    const app = fakeApp({ apply: () => Promise.reject(new AppError('The plan was changed or is cut off.')) });
    const { code, out, err } = await runWith(app, 'apply -');
    expect([code, out, err]).toEqual([1, '', 'The plan was changed or is cut off.\n']);
  });
});
