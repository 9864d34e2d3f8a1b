import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { fakeApp, someHistory } from '../server/fake-app.ts';
import { fakeShell, runWith } from './fake-shell.ts';

/** What undo, history and blame say to a person, and to a program. */

describe('undo', () => {
  it('says what was done and what was left, how to take it back, and ends with 3 where something was left', async () => {
    const app = fakeApp();
    const { code, out } = await runWith(app, 'undo --run run1 --field details');
    expect(code).toBe(3);
    expect(app.asked).toEqual(['undo {"run":"run1","field":"details"}']);
    expect(out).toContain('1 record was left:');
    expect(out).toContain('Account "Acme" (001A), accounts');
    expect(out).toContain('has details "Ships on Sundays", and Syncline had written "Ships on Fridays"');
    expect(out).toContain(
      'What was undone stays so until its source changes; `syncline holds --status undone` lists it.',
    );
    expect(out).toContain('To take this undo back: `syncline undo --run run2`.');
  });

  it('ends with 0 where all was put back, and as JSON is the report', async () => {
    const all = await fakeApp().undo({ run: 'run1' });
    const app = fakeApp({ undo: async () => ({ ...all, left: [] }) });
    const { code, out } = await runWith(app, 'undo --since 2h --json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({ ...all, left: [] });
  });

  it('previewed shows field by field what is put back and removed, what is left, and what cannot be brought back', async () => {
    const app = fakeApp();
    const { code, out } = await runWith(app, 'undo --run run1 --preview', fakeShell({ terminal: true, columns: 72 }));
    expect(code).toBe(0);
    expect(app.asked).toEqual(['previewUndo {"run":"run1"}']);
    const plain = stripVTControlCharacters(out);
    expect(plain).toContain('update organization 4712 on desk');
    expect(plain).toContain('details: "Ships on Fridays" → "Ships on Mondays" (undo)');
    expect(plain).toContain('remove organization 4713 on desk');
    expect(plain).toContain('1 thing is left as it is in accounts:');
    expect(plain).toContain('is gone for good');
    expect(plain).toContain('syncline undo --run run1');
    expect(Math.max(...plain.split('\n').map((line) => line.length))).toBeLessThanOrEqual(72);
    const json = await runWith(fakeApp(), 'undo --run run1 --preview --json');
    expect(JSON.parse(json.out)).toMatchObject({
      undo: '--run run1',
      sample: [{ do: 'update' }, { do: 'remove' }, { why: 'left' }],
    });
  });

  it.each([
    ['undo', /--run ID, --link ID or --since TIME/],
    ['undo --run a --since 1h', /--run ID, --link ID or --since TIME/],
    ['undo --since yesterday', /--since: give a time/],
    ['undo --run a --out plan.jsonl', /--out: only a preview is kept in a file/],
  ])('%s is refused with what would be right', async (line, says) => {
    const { code, err, opened } = await runWith(fakeApp(), line);
    expect(code).toBe(2);
    expect(err).toMatch(says);
    expect(opened).toBeNull();
  });
});

describe('history', () => {
  it('is asked by time, run, link and field, and shows who had changed the source', async () => {
    const app = fakeApp({
      history: async () => [{ ...someHistory, source: { by: '005A', at: '2026-11-20T11:58:00.000Z' } }],
    });
    const { out } = await runWith(app, 'history --since 24h --until 1h --run run1 --link link1 --field name');
    expect(app.asked).toEqual(['history {"since":"24h","until":"1h","run":"run1","link":"link1","field":"name"}']);
    expect(out).toContain('(edit, run run1, link link1)');
    expect(out).toMatch(/its source was last changed by 005A at 2026-11-20 \d\d:58:00/);
    expect(out).toContain('name: "Acme" → "Acme Ltd" (Name → name)');
    expect(out).not.toContain('There may be more');
  });

  it('says how to see the next page where a page is full', async () => {
    const { out } = await runWith(fakeApp(), 'history --sync accounts --limit 1');
    expect(out).toContain('syncline history --sync accounts --limit 1 --before 2026-11-20T11:59:00.000Z/entry1');
  });
});

describe('blame', () => {
  it('tells of each field which rule carried it from where, or that it was not by Syncline', async () => {
    const app = fakeApp();
    const { code, out } = await runWith(app, 'blame --record desk:4711');
    expect(code).toBe(0);
    expect(app.asked).toEqual(['blame {"record":"desk:4711"}']);
    expect(out).toMatch(/name: "Acme Ltd" {2}\(organization 4711 at support\)/);
    expect(out).toMatch(
      /by Syncline at .*: rule Name → name from Account 001A at sales \(edit, sync accounts, run run1\); it was "Acme"/,
    );
    expect(out).toMatch(/that record had last been changed by 005A/);
    expect(out).toMatch(/not by Syncline: the record was last changed by agent-7/);
    expect(JSON.parse((await runWith(app, 'blame --record desk:4711 --json')).out)).toHaveLength(2);
  });

  it('without a record says how it is given', async () => {
    const { code, err } = await runWith(fakeApp(), 'blame --record 4711');
    expect(code).toBe(2);
    expect(err).toMatch(/--record: give a side and an id/);
  });
});
