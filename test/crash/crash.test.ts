import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Point, survive } from './point.ts';
import { rungNamed } from './rungs.ts';
import { openStage, type Stage } from './stage.ts';

/**
 * Real processes, really killed, on the embedded database: a first load dies at one point, and the next run leaves both sides as if it had
 * not. A few points on each rung, those at which something is under way; `points.ts` beside tries all of them.
 */
let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

interface Case extends Point {
  readonly what: string;
}

const minute = 60_000;

const cases: Readonly<Record<string, readonly Case[]>> = {
  keyed: [
    {
      what: 'before the second of three calls, and comes back a minute later',
      crash: 'fetch:2:before:create_many',
      downMs: minute,
    },
    {
      what: 'when a job is accepted and its handle not yet kept, and the jobs end meanwhile',
      crash: 'commit:2:before:noteJob',
      downMs: minute,
    },
    {
      what: 'while it asks after its jobs, of one of which the answer was lost',
      crash: 'fetch:1:before:job_statuses',
      lose: 'create_many',
    },
  ],
  natural: [
    {
      what: 'when all jobs are accepted, and comes back while they are worked on',
      crash: 'commit:3:after:noteJob',
      jobMs: 6000,
    },
    {
      what: 'when a job is accepted and its handle not yet kept, and the job ends meanwhile',
      crash: 'commit:1:before:noteJob',
      downMs: minute,
    },
  ],
  'salesforce-keyed': [
    {
      what: 'when the one call that carries all of them has been answered and nothing of it is kept',
      crash: 'fetch:1:after:/composite',
    },
    {
      what: 'while it asks what became of that call, whose answer was lost',
      crash: 'fetch:2:before:/composite',
      lose: '/composite$',
      downMs: minute,
    },
  ],
  'salesforce-traced': [
    {
      what: 'when the last answer has come and nothing of it is kept',
      crash: 'fetch:2:after:composite/sobjects',
    },
    {
      what: 'before the second call, when the answer to the first was lost',
      crash: 'fetch:2:before:composite/sobjects',
      lose: 'composite/sobjects',
      downMs: minute,
    },
  ],
  tickets: [
    {
      what: 'when the accounts are made and nothing of it is kept',
      crash: 'fetch:1:after:composite/sobjects',
      downMs: minute,
    },
    {
      what: 'when the contacts are made and nothing of it is kept',
      crash: 'fetch:2:after:composite/sobjects',
      downMs: minute,
    },
    { what: 'when the cases are made and nothing of it is kept', crash: 'fetch:3:after:composite/sobjects' },
  ],
};

for (const [name, some] of Object.entries(cases)) {
  describe(`a first load on the rung ${name} that is killed`, () => {
    it.each(some)('$what: leaves no duplicate and nothing missing', async (point) => {
      expect(await survive(stage, rungNamed(name), point)).toEqual({ killed: true, problems: [] });
    });
  });
}
