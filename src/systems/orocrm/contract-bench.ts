import { z } from 'zod';
import type { Operation } from '../../model/operation.ts';
import type { CreateTwin } from '../../twins/twin.ts';
import type { SystemUnderTest } from '../kit/contract-bench.ts';
import type { System } from '../kit/system.ts';
import { orocrm } from './system.ts';
import { createOrocrmTwin } from './twin/index.ts';

/** What the suites of the kit need to know of OroCRM's objects. */
const url = 'http://127.0.0.1:4713';
const schema = { accounts: { fields: [{ name: 'extend_description', type: 'text' }] } };

/** An account has no text but its name; most installations have added this one. */
const withDescriptions: CreateTwin = (options) => {
  const twin = createOrocrmTwin(options);
  const ready = twin.fetch(
    new Request(`${url}/_twin/schema`, {
      method: 'PUT',
      body: JSON.stringify(schema),
      headers: { 'content-type': 'application/json' },
    }),
  );
  return {
    ...twin,
    async fetch(request) {
      await ready;
      return twin.fetch(request);
    },
  };
};

/** Each record is a call of its own: where the suite loses one answer it means that of all that is written together. */
const losingEach: CreateTwin = (options) => {
  const twin = withDescriptions(options);
  return {
    ...twin,
    async fetch(request) {
      if (!request.url.endsWith('/_twin/faults') || request.method !== 'POST') return twin.fetch(request);
      const fault = z.looseObject({ do: z.string() }).parse(await request.json());
      const times = fault.do === 'lose-answer' || fault.do === 'cut' ? { times: 2 } : {};
      return twin.fetch(new Request(request.url, { method: 'POST', body: JSON.stringify({ ...fault, ...times }) }));
    },
  };
};

const common = {
  createTwin: withDescriptions,
  url,
  many: { records: 1300, pages: 4 },
  visibleMs: 3000,
  removedAs: ['purged'],
  expired: { status: 401, body: '' },
  limited: { status: 429, body: '<html><body><h1>429 Too Many Requests</h1></body></html>' },
  wrong: (auth) => ({ ...auth, clientSecret: 'wrong' }),
  commitsLate: false,
  traced: true,
} satisfies Partial<SystemUnderTest>;

export const account: SystemUnderTest = {
  ...common,
  system: orocrm,
  object: 'accounts',
  sample: (n) => ({ name: `Account ${n}`, extend_description: `The text of ${n}` }),
  name: 'name',
  text: 'extend_description',
  refused: { fields: { name: 'x'.repeat(256) }, code: 'length constraint', field: 'name' },
  createPath: '^/api/accounts$',
  readPath: '^/api/accounts$',
};

/** OroCRM with something added to what its connections describe and create. */
function adapted(required: readonly string[], also: Readonly<Record<string, string>>): System {
  return {
    ...orocrm,
    connect(options) {
      const connection = orocrm.connect(options);
      const completed = (operation: Operation): Operation =>
        operation.do === 'create' ? { ...operation, fields: { ...also, ...operation.fields } } : operation;
      return {
        ...connection,
        async describe(objects) {
          const types = await connection.describe(objects);
          return types.map((type) => ({
            ...type,
            fields: type.fields.map((one) => (required.includes(one.name) ? { ...one, required: true } : one)),
          }));
        },
        write: (operations, until) => connection.write(operations.map(completed), until),
      };
    },
  };
}

/** Of a contact no single field is required; the suite always gives the last name. */
export const contact: SystemUnderTest = {
  ...common,
  system: adapted(['lastName'], {}),
  object: 'contacts',
  sample: (n) => ({ lastName: `Contact ${n}`, description: `The text of ${n}` }),
  name: 'lastName',
  text: 'description',
  refused: { fields: { primaryEmail: 'not an address' }, code: 'email constraint', field: 'primaryEmail' },
  createPath: '^/api/contacts$',
  readPath: '^/api/contacts$',
};

/** The suite gives a new record its name alone; a case needs three entries of lists too. */
const entries = { status: 'open', priority: 'normal', source: 'other' };

export const supportCase: SystemUnderTest = {
  ...common,
  createTwin: losingEach,
  system: adapted([], entries),
  object: 'cases',
  sample: (n) => ({ subject: `Case ${n}`, description: `The text of ${n}`, ...entries }),
  name: 'subject',
  text: 'description',
  refused: { fields: { subject: '' }, code: 'not blank constraint', field: 'subject' },
  createPath: '^/api/cases$',
  readPath: '^/api/cases$',
};
