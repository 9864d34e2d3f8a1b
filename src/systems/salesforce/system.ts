import type { Identity, Job } from '../../model/connection.ts';
import type { FieldType, ObjectType } from '../../model/object-type.ts';
import { failAll, remember } from '../kit/attempt.ts';
import type { ConnectOptions, System, SystemConnection } from '../kit/system.ts';
import { recordAt } from './address.ts';
import type { Api } from './api.ts';
import { salesforceAuth } from './auth.ts';
import { authorize } from './authorize.ts';
import { type FeedOptions, readChanges } from './changes.ts';
import { forecast } from './forecast.ts';
import { inspectAccount } from './inspect.ts';
import { installKeys } from './install/keys.ts';
import { installPackage } from './install/package.ts';
import { ticketFields } from './install/ticket-fields.ts';
import { objectTypeOf } from './objects.ts';
import { findRecords, readRecords } from './read.ts';
import { standardObjects } from './standard.ts';
import { traceCreates } from './trace.ts';
import { id18, type TypeOf } from './values.ts';
import { createApi } from './wire.ts';
import { writeRecords } from './write.ts';

/** The API version that the connector was written and tested against; three appear every year and all of them stay for years. */
const pinnedVersion = '62.0';

export function createSalesforce(version: string = pinnedVersion): System {
  return {
    name: 'salesforce',
    label: 'Salesforce',
    side: 'crm',
    auth: salesforceAuth,
    hosts: { production: 'https://login.salesforce.com', sandbox: 'https://test.salesforce.com' },
    standard: standardObjects,
    package: { object: 'Case', fields: ticketFields.map(({ name }) => name) },
    warnings: () => [],
    recordAt,
    connect: (options) => connect(options, version),
    authorize,
  };
}

export const salesforce: System = createSalesforce();

function connect(options: ConnectOptions, version: string): SystemConnection {
  const { name, world, url, environment, secrets } = options;
  const api = createApi({ name, world, url, environment, secrets, version, auth: salesforceAuth.parse(options.auth) });
  const who = remember(() => identify(api, environment));
  const user = async (): Promise<string> => (await who()).user;
  const types = createTypes(api);
  const feed = async (
    want: { readonly object: string; readonly fields: readonly string[] },
    also: readonly string[] = [],
  ): Promise<FeedOptions> => ({
    api,
    connection: name,
    now: world.now,
    typeOf: await types.of(want.object, [...want.fields, ...also]),
  });

  return {
    name,
    system: 'salesforce',
    who,
    describe: (objects) => Promise.all(objects.map(types.describe)),
    changes: async (want, cursor) => readChanges(await feed(want), want, cursor),
    read: async (want, ids) => readRecords(await feed(want), want, ids),
    find: async (want, key, values) => findRecords(await feed(want, key), want, key, values),
    write: (operations, until) => writeRecords({ api, typesOf: types.known, told: types.told }, operations, until),
    async collect(jobs: readonly Job[]) {
      return jobs.map((job) => ({
        done: failAll(job.operations, { kind: 'bug', say: `Salesforce made no job ${job.job}.` }),
      }));
    },
    trace: (operations, since) =>
      traceCreates(
        {
          api,
          now: world.now,
          user,
          typeOf: (object, fields) => types.of(object, fields),
        },
        operations,
        since,
      ),
    calls: api.calls,
    budget: api.budget,
    forecast: (work) => forecast(api, types.told, work),
    inspect: (objects, created, mapped = {}) => inspectAccount({ api, who, environment, mapped }, objects, created),
    install: (_what, objects) => installKeys(api, user, objects),
    installPackage: (ask) => installPackage(api, user, ask),
  };
}

/** One call, once. An org is a sandbox where its login host or its own host says so; anything else is what the config says. */
async function identify(api: Api, expected: 'production' | 'sandbox'): Promise<Identity> {
  const user = await api.user();
  const hosts = [user.sub, user.urls?.rest].flatMap((url) => URL.parse(url ?? '')?.host ?? []);
  const sandbox = hosts.some((host) => host === 'test.salesforce.com' || /\.sandbox\./.test(host));
  return {
    account: id18(user.organization_id),
    user: id18(user.user_id),
    userName: user.preferred_username ?? user.name ?? user.user_id,
    environment: sandbox ? 'sandbox' : expected,
  };
}

interface Types {
  describe(object: string): Promise<ObjectType>;
  /** The types of these fields: known from a description, from the standard fields, or described now. */
  of(object: string, fields: readonly string[]): Promise<TypeOf>;
  /** As far as they are known without asking. */
  known(object: string): TypeOf;
  /** What the last description said. */
  told(object: string): ObjectType | undefined;
}

/** A multi-select reads as a text with semicolons, so rows are understood only by their fields' types. */
function createTypes(api: Api): Types {
  const told = new Map<string, { readonly type: ObjectType; readonly types: ReadonlyMap<string, FieldType> }>();
  const standard = new Map(standardObjects.map((type) => [type.object.toLowerCase(), typesIn(type)]));

  async function describe(object: string): Promise<ObjectType> {
    const type = objectTypeOf(await api.describe(object));
    told.set(type.object.toLowerCase(), { type, types: typesIn(type) });
    return type;
  }

  function known(object: string): TypeOf {
    const own = told.get(object.toLowerCase())?.types;
    const plain = standard.get(object.toLowerCase());
    return (field) =>
      own?.get(field) ?? own?.get(field.toLowerCase()) ?? plain?.get(field) ?? plain?.get(field.toLowerCase());
  }

  return {
    describe,
    known,
    told: (object) => told.get(object.toLowerCase())?.type,
    async of(object, fields) {
      const plain = standard.get(object.toLowerCase());
      const strange = fields.some((field) => !field.includes('.') && plain?.has(field.toLowerCase()) !== true);
      if (strange && !told.has(object.toLowerCase())) await describe(object);
      return known(object);
    },
  };
}

function typesIn(type: ObjectType): ReadonlyMap<string, FieldType> {
  return new Map(
    type.fields.flatMap(({ name, type: is }) => [
      [name, is],
      [name.toLowerCase(), is],
    ]),
  );
}
