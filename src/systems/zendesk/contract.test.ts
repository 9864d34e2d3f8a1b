import { describeSystem } from '../kit/contract.ts';
import { zendesk } from './system.ts';
import { createZendeskTwin } from './twin/index.ts';

describeSystem('Zendesk', {
  system: zendesk,
  createTwin: createZendeskTwin,
  url: 'http://127.0.0.1:4010',
  object: 'organization',
  sample: (n) => ({ name: `Organization ${n}`, notes: `note ${n}` }),
  name: 'name',
  text: 'notes',
  many: { records: 1300, pages: 4 },
  visibleMs: 70_000,
  // The feed gives the evidence; a read by id only shows that the record is not there.
  removedAs: ['purged', 'hidden'],
  // Nothing but a sentence and the job's own code is told of a refused line.
  refused: { fields: { name: '' }, code: 'OrganizationUpdateFailed', field: 'name' },
  createPath: '^/api/v2/organizations(/create_many)?$',
  readPath: '^/api/v2/organizations/show_many$',
  expired: {
    status: 401,
    body: { error: 'invalid_token', error_description: 'The access token provided is expired.' },
  },
  limited: { status: 429, body: 'Number of allowed API requests per minute exceeded' },
  wrong: (auth) => ({ ...auth, clientSecret: 'wrong' }),
  commitsLate: false,
  traced: true,
});
