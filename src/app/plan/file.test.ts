import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Town } from '../../engine/testing/town.ts';
import { AppError } from '../app.ts';
import { keepLines, readPlan } from './file.ts';
import { planLine } from './lines.ts';
import { all, inFolder, type Kept, linesOf, planned, read } from './testing.ts';

const odd = 'A "quoted"\\ name\twith\u2028and\u2029, \r\n new\u0085lines, 😀, {"link":"x"} and \u0000';

async function small(path: string, name = 'Acme'): Promise<Kept> {
  const town = new Town();
  const parent = town.accounts.add({ name, note: 'n', plan: null });
  town.accounts.add({ name: 'Twice', note: 'n', plan: null });
  town.accounts.add({ name: 'Twice', note: 'n', plan: null });
  town.contacts.add({ name: 'Ann', note: 'n', plan: null, parent });
  town.users.add({ name: 'Ann', note: 'u', plan: null });
  return planned(town, [town.contactsSync(), town.accountsSync()], path);
}

async function* texts(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines;
}

describe('a plan', () => {
  it('says each record once, field by field, parents first, and counts what it says', () =>
    inFolder(async (path) => {
      const kept = await small(path());
      const lines = linesOf(kept);
      expect(lines.map((line) => `${line.sync} ${line.do}`)).toEqual([
        'accounts create',
        'accounts create',
        'accounts hold',
        'contacts link',
        'contacts update',
      ]);
      const acme = lines.find((line) => line.do === 'create' && line.fields.name?.to === 'Acme');
      expect(lines.at(-1)).toMatchObject({
        side: 'desk',
        id: 'users-000001',
        fields: {
          note: { from: 'u', to: 'n' },
          parent: { from: null, to: { link: acme?.link }, rule: 'parent' },
        },
      });
      expect(kept.head).toMatchObject({
        syncs: {
          accounts: { create: { crm: 0, desk: 2 }, update: { crm: 0, desk: 0 }, link: 0, hold: 1 },
          contacts: { create: { crm: 0, desk: 0 }, update: { crm: 0, desk: 1 }, link: 1, hold: 0 },
        },
        calls: { users: { read: 1, write: 2 } },
        seconds: 3,
        limits: [{ connection: 'users', limit: 'calls', seconds: 3 }],
        rules: { accounts: 'h1', contacts: 'h1' },
        doubles: [{ sync: 'accounts', side: 'crm', field: 'name', values: 1, examples: [{ value: 'twice' }] }],
      });
    }));

  it('has all its lines also for who asks for them and reads them later', () =>
    inFolder(async (path) => {
      const file = await keepLines(path(), texts(['first', 'second']));
      const lines = file.texts();
      for (let turns = 0; turns < 50; turns++) await new Promise((done) => setImmediate(done));
      expect(await Array.fromAsync(lines)).toEqual(['first', 'second']);
    }));

  it('comes back as it was made, whatever its records are called', () =>
    inFolder(async (path) => {
      const kept = await small(path(), odd);
      for (const text of kept.texts) expect(text).not.toMatch(/[\n\r\u2028\u2029]/);
      const file = await read(kept, path());
      expect(await all(file.lines())).toEqual(linesOf(kept));
      expect(linesOf(kept).some((line) => 'fields' in line && line.fields.name?.to === odd)).toBe(true);
    }));

  it('is refused when one character of its lines was changed, added or taken away, and nothing of it stays behind', () =>
    inFolder(async (path) => {
      const { head, texts: lines } = await small(path());
      const text = lines.join('\n');
      let refused = 0;
      for (let at = 0; at < text.length; at += 7)
        for (const changed of [
          `${text.slice(0, at)}${text[at] === 'x' ? 'y' : 'x'}${text.slice(at + 1)}`,
          `${text.slice(0, at)}${text.slice(at + 1)}`,
          `${text.slice(0, at)} ${text.slice(at)}`,
        ]) {
          const to = path();
          await expect(readPlan(to, texts([JSON.stringify(head), ...changed.split('\n')]))).rejects.toThrow(AppError);
          await expect(stat(to)).rejects.toThrow('ENOENT');
          refused += 1;
        }
      expect(refused).toBeGreaterThan(300);
      expect(await readdir(dirname(path()))).toEqual([]);
    }));

  it('is refused when lines were left out, doubled or put in another order, or its head was changed', () =>
    inFolder(async (path) => {
      const { head, texts: lines } = await small(path());
      const first = lines[0] ?? '';
      const wrong = `${head.hash.startsWith('0') ? '1' : '0'}${head.hash.slice(1)}`;
      for (const changed of [lines.slice(1), lines.slice(0, -1), [first, ...lines], lines.toReversed(), []])
        await expect(readPlan(path(), texts([JSON.stringify(head), ...changed]))).rejects.toThrow(
          'changed or is cut off',
        );
      const others = [
        { ...head, hash: wrong },
        { ...head, seconds: head.seconds + 1 },
        { ...head, rules: { ...head.rules, accounts: 'another' } },
      ];
      for (const other of others)
        await expect(readPlan(path(), texts([JSON.stringify(other), ...lines]))).rejects.toThrow(
          'changed or is cut off',
        );
      // In which order a tool writes the keys does not matter.
      const turned = Object.fromEntries(Object.entries(head).toReversed());
      await expect(readPlan(path(), texts([JSON.stringify(turned), ...lines]))).resolves.toMatchObject({ head });
    }));

  it('is refused when it has no head, or is no plan at all', () =>
    inFolder(async (path) => {
      const { head, texts: lines } = await small(path());
      await expect(readPlan(path(), texts([]))).rejects.toThrow('The plan is empty');
      for (const begin of [
        '',
        '{}',
        'no JSON',
        '[]',
        'null',
        JSON.stringify({ ...head, more: 1 }),
        JSON.stringify({ ...head, seconds: -1 }),
        ...lines.slice(0, 1),
      ])
        await expect(readPlan(path(), texts([begin, ...lines]))).rejects.toThrow('This is no plan');
    }));

  it('with a line that says what no plan says is read up to there, and the line is named', () =>
    inFolder(async (path) => {
      const { texts: lines } = await small(path());
      const first: unknown = JSON.parse(lines[0] ?? '');
      for (const bad of [
        '',
        '{',
        '{"do":"dance"}',
        JSON.stringify({ ...Object(first), side: 'left' }),
        JSON.stringify({ ...Object(first), more: 1 }),
      ]) {
        const file = await keepLines(path(), texts([...lines, bad]));
        await expect(all(file.lines())).rejects.toThrow(`Line ${lines.length + 2} of the plan cannot be read`);
      }
    }));

  it('that breaks off while it is made, or has nowhere to go, leaves nothing behind', () =>
    inFolder(async (path) => {
      async function* broken(): AsyncGenerator<string> {
        yield 'one';
        throw new AppError('the other end has gone');
      }
      const to = path();
      await expect(keepLines(to, broken())).rejects.toThrow('the other end has gone');
      await expect(stat(to)).rejects.toThrow('ENOENT');
      await expect(keepLines(`${to}/nowhere/plan`, texts(['one']))).rejects.toThrow('ENOENT');
    }));

  it('is readable by nobody else while it is kept, and gone afterwards', () =>
    inFolder(async (path) => {
      const to = path();
      const file = await keepLines(to, texts(['one', 'two']));
      expect((await stat(to)).mode & 0o777).toBe(0o600);
      expect(await readFile(to, 'utf8')).toBe('one\ntwo\n');
      expect(await all(file.texts())).toEqual(['one', 'two']);
      await file.remove();
      await expect(stat(to)).rejects.toThrow('ENOENT');
    }));
});

describe('a line of a plan', () => {
  it('takes every kind of value, and nothing that is none', () => {
    const line = (to: unknown) => ({
      do: 'update',
      sync: 's',
      link: 'l',
      name: 'n',
      side: 'desk',
      object: 'o',
      id: '1',
      fields: { f: { from: null, to, rule: 'r' } },
    });
    for (const to of [null, '', 'a', 0, -1.5, true, [], ['a', null, ['b']], { link: 'x' }, { add: ['a'], drop: [] }])
      expect(planLine.parse(line(to))).toEqual(line(to));
    for (const to of [undefined, {}, { link: 1 }, { link: 'x', more: 1 }, { add: ['a'] }, [undefined], Number.NaN])
      expect(planLine.safeParse(line(to)).success).toBe(false);
  });
});
