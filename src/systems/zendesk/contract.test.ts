import { describeSystem } from '../kit/contract.ts';
import type { SystemUnderTest } from '../kit/contract-bench.ts';
import type { System } from '../kit/system.ts';
import { zendesk } from './system.ts';
import { createZendeskTwin } from './twin/index.ts';

const common = {
  createTwin: createZendeskTwin,
  url: 'http://127.0.0.1:4010',
  name: 'name',
  text: 'notes',
  many: { records: 1300, pages: 4 },
  visibleMs: 70_000,
  // The feed gives the evidence; a read by id only shows that the record is not there.
  removedAs: ['purged', 'hidden'],
  expired: {
    status: 401,
    body: { error: 'invalid_token', error_description: 'The access token provided is expired.' },
  },
  limited: { status: 429, body: 'Number of allowed API requests per minute exceeded' },
  wrong: (auth) => ({ ...auth, clientSecret: 'wrong' }),
  commitsLate: false,
  traced: true,
} satisfies Partial<SystemUnderTest>;

describeSystem('Zendesk (organizations)', {
  ...common,
  system: zendesk,
  object: 'organization',
  sample: (n) => ({ name: `Organization ${n}`, notes: `note ${n}` }),
  // Nothing but a sentence and the job's own code is told of a refused line.
  refused: { fields: { name: '' }, code: 'OrganizationUpdateFailed', field: 'name' },
  createPath: '^/api/v2/organizations(/create_many)?$',
  readPath: '^/api/v2/organizations/show_many$',
});

/** The people who work at the desk are users too, and every account has some: the suite counts only those that it made itself. */
const customersOnly: System = {
  ...zendesk,
  connect(options) {
    const connection = zendesk.connect(options);
    return {
      ...connection,
      async changes(want, cursor) {
        const page = await connection.changes({ ...want, fields: [...want.fields, 'role'] }, cursor);
        const isStaff = (seen: (typeof page.changes)[number]['seen']) =>
          typeof seen === 'object' && 'role' in seen && seen.role !== 'end-user';
        return { ...page, changes: page.changes.filter(({ seen }) => !isStaff(seen)) };
      },
    };
  },
};

describeSystem('Zendesk (users)', {
  ...common,
  system: customersOnly,
  object: 'user',
  sample: (n) => ({ name: `User ${n}`, email: `user${n}@acme.test`, notes: `note ${n}` }),
  refused: { fields: { name: '' }, code: 'UserUpdateError', field: 'name' },
  createPath: '^/api/v2/users(/create_many)?$',
  readPath: '^/api/v2/users/show_many$',
});

describeSystem('Zendesk (tickets)', {
  ...common,
  system: zendesk,
  object: 'ticket',
  name: 'subject',
  text: 'external_id',
  needs: { description: 'It does not print.' },
  lookUp: 'external_id',
  callsForTwo: 2,
  sample: (n) => ({
    subject: `Ticket ${n}`,
    description: `It does not print: ${n}`,
    external_id: `case-${n}`,
  }),
  refused: { fields: { type: 'riddle' }, code: 'TicketUpdateFailed', field: 'type' },
  // The feed knows what lies in the bin.
  removedAs: ['trash', 'hidden'],
  createPath: '^/api/v2/tickets$',
  readPath: '^/api/v2/tickets/show_many$',
});
