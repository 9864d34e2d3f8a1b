import { z } from 'zod';
import type { CreateTwin } from '../../twins/twin.ts';
import { describeSystem } from '../kit/contract.ts';
import type { SystemUnderTest } from '../kit/contract-bench.ts';
import { zohoDesk } from './system.ts';
import { createZohoDeskTwin } from './twin/index.ts';

/**
 * The suite thinks of a write as one call and of a record as flat. Here each record is a call, so a planted loss of an answer counts for both
 * that the suite sends; and custom fields stand beside the others when the suite reads what the twin has.
 */
const planted = z.looseObject({ do: z.string() });
const rows = z.array(z.looseObject({ cf: z.record(z.string(), z.unknown()).optional() }));
const shown = z.union([rows, z.object({ records: rows }).transform(({ records }) => records)]);

const createTwin: CreateTwin = (options) => {
  const twin = createZohoDeskTwin(options);
  return {
    ...twin,
    async fetch(request) {
      const { pathname } = new URL(request.url);
      if (pathname === '/_twin/faults' && request.method === 'POST') {
        const fault = planted.parse(await request.json());
        const both = fault.do === 'lose-answer' || fault.do === 'cut';
        const body = JSON.stringify(both ? { ...fault, times: 2 } : fault);
        return twin.fetch(new Request(request.url, { method: 'POST', body, headers: request.headers }));
      }
      const answer = await twin.fetch(request);
      if (!pathname.startsWith('/_twin/records/') || request.method !== 'GET') return answer;
      return Response.json(shown.parse(await answer.json()).map((row) => ({ ...row, ...row.cf })));
    },
  };
};

const common = {
  system: zohoDesk,
  createTwin,
  url: 'http://127.0.0.1:4720',
  many: { records: 250, pages: 4 },
  visibleMs: 1000,
  removedAs: ['trash'],
  expired: {
    status: 401,
    body: { errorCode: 'INVALID_OAUTH', message: 'The OAuth Token you provided is invalid.' },
  },
  limited: { status: 429, body: { errorCode: 'THRESHOLD_EXCEEDED', message: 'Threshold exceeded' } },
  wrong: (auth) => ({ ...auth, clientSecret: 'wrong' }),
  commitsLate: false,
  traced: true,
} satisfies Partial<SystemUnderTest>;

describeSystem('Zoho Desk (accounts)', {
  ...common,
  object: 'account',
  name: 'accountName',
  text: 'description',
  sample: (n) => ({ accountName: `Account ${n}`, description: `The text of ${n}` }),
  refused: { fields: { website: 'x'.repeat(121) }, code: 'INVALID_DATA', field: 'website' },
  createPath: '^/api/v1/accounts$',
  readPath: '^/api/v1/accounts/\\d+$',
});

describeSystem('Zoho Desk (contacts)', {
  ...common,
  object: 'contact',
  name: 'lastName',
  text: 'title',
  sample: (n) => ({ lastName: `Contact ${n}`, title: `The title of ${n}` }),
  refused: { fields: { email: 'no address' }, code: 'INVALID_DATA', field: 'email' },
  createPath: '^/api/v1/contacts$',
  readPath: '^/api/v1/contacts/\\d+$',
});
