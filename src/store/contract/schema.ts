import { describe, expect, test } from 'vitest';
import { matchKey } from '../../model/hold.ts';
import { describeSchema } from '../sql/schema.ts';
import type { Database } from '../sql/tables.ts';

/**
 * What follows the workspace in each primary key. What is looked up by its place starts with the sync or the connection; a match key is
 * text that starts with its connection. Links, intents and holds are named by their ids alone wherever they are named, and ids begin with
 * their time, so that new rows stand together; history is read and dropped by time.
 */
const follows: Readonly<Record<string, string>> = {
  brake: 'sync',
  braked_write: 'sync',
  claim: 'key',
  drawer: 'drawer',
  feed: 'connection',
  history: 'at',
  hold: 'id',
  intent: 'id',
  link: 'id',
  lost_key: 'key',
  match_key: 'key',
  paused: 'kind',
  sighting: 'connection',
  sweep_note: 'sweep',
  tip: 'connection',
  track: 'sync',
  wake: 'key',
};

/** What the schema must be on every database, as that database tells it. */
export function describeSchemaContract(name: string, open: () => Database): void {
  describe(`the schema on ${name}`, () => {
    test('of a fresh database is the one that schema.sql shows', async () => {
      await expect(await describeSchema(open())).toMatchFileSnapshot('./schema.sql');
    });

    // docs/architecture.md says why: what a distributed PostgreSQL keeps together is a workspace.
    test('starts every unique key with the workspace, and asks nothing of a row of another table', async () => {
      const schema = await describeSchema(open());
      const unique = schema.split('\n').filter((line) => line.startsWith('CREATE UNIQUE INDEX'));
      expect(unique.length).toBeGreaterThan(10);
      for (const line of unique) expect(line).toContain('USING btree (workspace, ');
      expect(schema).not.toMatch(/nextval|FOREIGN KEY|REFERENCES/);
    });

    test('has a primary key on every table that is ordered by how its rows are found', async () => {
      const schema = await describeSchema(open());
      const tables = [...schema.matchAll(/^create table (\w+)/gm)].map(([, table]) => table);
      const keys = [...schema.matchAll(/^CREATE UNIQUE INDEX (\w+)_pkey ON .*\(workspace, (\w+)/gm)];
      expect(keys.map(([, table]) => table)).toEqual(tables);
      expect(Object.fromEntries(keys.map(([, table, next]) => [table, next]))).toEqual(follows);
      expect(matchKey('sales', 'Account', 'Name', 'acme')).toMatch(/^sales\//);
    });
  });
}
