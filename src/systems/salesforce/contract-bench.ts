import type { Operation } from '../../model/operation.ts';
import type { SystemUnderTest } from '../kit/contract-bench.ts';
import type { System } from '../kit/system.ts';
import { salesforce } from './system.ts';
import { createSalesforceTwin } from './twin/index.ts';

/** What the suites of the kit need to know of Salesforce's objects. */
const common: Omit<SystemUnderTest, 'object' | 'sample' | 'name' | 'refused' | 'readPath'> = {
  system: salesforce,
  createTwin: createSalesforceTwin,
  url: 'http://127.0.0.1:4712',
  text: 'Description',
  many: { records: 4100, pages: 3 },
  visibleMs: 5000,
  removedAs: ['trash'],
  createPath: '/composite/sobjects',
  expired: { status: 401, body: [{ message: 'Session expired or invalid', errorCode: 'INVALID_SESSION_ID' }] },
  limited: { status: 403, body: [{ message: 'TotalRequests Limit exceeded.', errorCode: 'REQUEST_LIMIT_EXCEEDED' }] },
  wrong: (auth) => ({ ...auth, clientSecret: 'wrong' }),
  commitsLate: true,
  traced: true,
};

export const account: SystemUnderTest = {
  ...common,
  object: 'Account',
  sample: (n) => ({ Name: `Account ${n}`, Description: `The text of ${n}` }),
  name: 'Name',
  refused: { fields: { BillingCity: 'x'.repeat(41) }, code: 'STRING_TOO_LONG', field: 'BillingCity' },
  readPath: '/composite/sobjects/Account$',
};

export const contact: SystemUnderTest = {
  ...common,
  object: 'Contact',
  sample: (n) => ({ LastName: `Contact ${n}`, Description: `The text of ${n}` }),
  name: 'LastName',
  refused: { fields: { Email: 'not an address' }, code: 'INVALID_EMAIL_ADDRESS', field: 'Email' },
  readPath: '/composite/sobjects/Contact$',
};

/** The suite gives a new record its name alone; a lead needs a company too. */
const leadsOfAcme: System = {
  ...salesforce,
  connect(options) {
    const connection = salesforce.connect(options);
    const ofAcme = (operations: readonly Operation[]) =>
      operations.map((operation) =>
        operation.do === 'create' ? { ...operation, fields: { ...operation.fields, Company: 'Acme' } } : operation,
      );
    return { ...connection, write: (operations, until) => connection.write(ofAcme(operations), until) };
  },
};

export const lead: SystemUnderTest = {
  ...common,
  system: leadsOfAcme,
  object: 'Lead',
  sample: (n) => ({ LastName: `Lead ${n}`, Company: 'Acme', Description: `The text of ${n}` }),
  name: 'LastName',
  refused: { fields: { Company: '' }, code: 'REQUIRED_FIELD_MISSING', field: 'Company' },
  readPath: '/composite/sobjects/Lead$',
};

/** A case needs nothing at all, and is named by a number that it gets; it is called by its subject here. */
export const caseSuite: SystemUnderTest = {
  ...common,
  object: 'Case',
  sample: (n) => ({ Subject: `Case ${n}`, Description: `The text of ${n}` }),
  name: 'Subject',
  needs: {},
  refused: { fields: { SuppliedEmail: 'not an address' }, code: 'INVALID_EMAIL_ADDRESS', field: 'SuppliedEmail' },
  readPath: '/composite/sobjects/Case$',
};
