import type { Reach } from './tables.ts';

/** Somebody took a claim or a record between our reading and our writing: it is to be decided anew. */
export class Raced extends Error {}

/** Unique violation, serialization failure, deadlock (PostgreSQL's error codes 23505, 40001, 40P01). */
const races: ReadonlySet<unknown> = new Set(['23505', '40001', '40P01']);

function isRace(error: unknown): boolean {
  return error instanceof Raced || (error instanceof Error && 'code' in error && races.has(error.code));
}

/**
 * Runs `body` in one transaction, again where it raced with somebody else's; after `times` it answers `raced`, or throws what it met
 * where nothing was given for that. Nothing of a try that raced is kept.
 */
export async function transact<T>(reach: Reach, body: (reach: Reach) => Promise<T>, times = 5, raced?: T): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await reach.db.transaction().execute((db) => body({ db, workspace: reach.workspace }));
    } catch (error) {
      if (!isRace(error)) throw error;
      if (tries < times) continue;
      if (raced === undefined) throw error;
      return raced;
    }
  }
}
