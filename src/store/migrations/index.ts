import type { Migration } from 'kysely/migration';
import * as start from './001-start.ts';
import * as learned from './002-learned.ts';
import * as intentSync from './003-intent-sync.ts';
import * as historyRun from './004-history-run.ts';
import * as sweep from './005-sweep.ts';
import * as brake from './006-brake.ts';
import * as tip from './007-tip.ts';

/** In the order in which they are applied. One that was released is never changed again; a change of the schema is a new file. */
export const migrations: Readonly<Record<string, Migration>> = {
  '001-start': start,
  '002-learned': learned,
  '003-intent-sync': intentSync,
  '004-history-run': historyRun,
  '005-sweep': sweep,
  '006-brake': brake,
  '007-tip': tip,
};
