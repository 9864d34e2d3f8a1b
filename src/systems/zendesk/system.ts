import type { Identity } from '../../model/connection.ts';
import { FaultError } from '../../model/fault.ts';
import type { ObjectType } from '../../model/object-type.ts';
import { remember } from '../kit/attempt.ts';
import type { Budget } from '../kit/pace.ts';
import type { ConnectOptions, System, SystemConnection } from '../kit/system.ts';
import { createWire } from '../kit/wire.ts';
import { recordAt } from './address.ts';
import { authorize } from './authorize.ts';
import { changes } from './changes.ts';
import { withChoices } from './choices.ts';
import { createClosedCalls } from './closed-calls.ts';
import { collectionOf, collections } from './collection.ts';
import { classify } from './faults.ts';
import { forecast } from './forecast.ts';
import { hooks } from './hook.ts';
import { hookSetUp } from './hook-pair.ts';
import { inspect, install } from './inspect.ts';
import { createJobBook } from './job-book.ts';
import { collect } from './jobs.ts';
import { limits } from './limits.ts';
import { createLogin, warnings, zendeskAuth } from './login.ts';
import { createNameBook } from './name-book.ts';
import { describeCustom } from './objects.ts';
import { find, read } from './reading.ts';
import { collectionFor, createCatalog, type Session } from './session.ts';

import { trace } from './trace.ts';
import { createZendeskWire } from './wire.ts';
import { write } from './write.ts';

/** Zendesk Support. What it can and cannot do, and the race that remains, is in README.md beside this file. */
export const zendesk: System = {
  name: 'zendesk',
  label: 'Zendesk',
  side: 'desk',
  auth: zendeskAuth,
  // Every account has its own host; a sandbox is an account of its own.
  hosts: { production: null, sandbox: null },
  standard: collections.map((collection) => collection.describe([])),
  warnings,
  recordAt,
  connect: connectZendesk,
  authorize,
  hooks,
};

export interface ZendeskConnection extends SystemConnection {
  /** What is used and left of the account's requests per minute. */
  budget(): Budget;
}

export function connectZendesk(options: ConnectOptions): ZendeskConnection {
  const { name, world, url, environment, secrets } = options;
  const auth = zendeskAuth.parse(options.auth);
  const door = createWire({
    world,
    name,
    url,
    limits,
    login: (send) => createLogin(auth, options, send),
    classify: (status, headers, body, kind) => classify(status, headers, body, kind, world.now()),
  });
  const wire = createZendeskWire(door, (what, said) => {
    world.log.warn('Zendesk ignored a part of what was sent', { connection: name, what, said });
  });
  const session: Session = {
    name,
    world,
    wire,
    catalog: createCatalog(wire),
    jobs: createJobBook(world.now),
    closed: createClosedCalls(secrets, world),
    names: createNameBook(wire),
  };
  const isSingle = (object: string, verb: (typeof verbs)[number]): boolean =>
    collectionOf(object)?.singly.has(verb) === true || session.closed.has(`${object} ${verb}`);

  const who = remember(async (): Promise<Identity> => {
    const me = await wire.me();
    if (me.id === null) {
      // Without credentials this question is answered with 200 and nobody.
      throw new FaultError({
        kind: 'login',
        say: 'Zendesk takes us for an anonymous visitor: the credentials do not count there.',
      });
    }
    return { account: accountOf(url), user: me.id, userName: me.name, environment };
  });

  return {
    name,
    system: 'zendesk',
    who,
    async describe(objects) {
      await session.closed.recall();
      const wanted = [...new Set(objects)].map(collectionFor);
      return Promise.all(
        wanted.map(async (collection): Promise<ObjectType> => {
          const rows = await session.catalog.read(collection);
          const type = await withChoices(
            session,
            collection,
            collection.describe(describeCustom(collection, rows)),
            rows,
          );
          const single = verbs.filter((verb) => isSingle(collection.object, verb));
          return single.length === 0 ? type : { ...type, single };
        }),
      );
    },
    changes: (want, cursor) => changes(session, want, cursor),
    read: (want, ids) => read(session, want, ids),
    find: (want, key, values) => find(session, want, key, values),
    write: (operations, until) => write(session, operations, until),
    collect: (jobs) => collect(session, jobs),
    trace: (operations, since) => trace(session, operations, since),
    calls: () => door.calls(),
    budget: () => door.budget(),
    forecast: (work) => forecast(door, isSingle, work),
    inspect: (objects) => inspect(session, objects, { warnings: warnings(auth), budget: () => door.budget() }),
    install: async (_what, objects) => install(objects),
    hooks: hookSetUp(session),
  };
}

const verbs = ['create', 'update', 'remove'] as const;

/** The sub-domain is what Zendesk calls an account; any other host is named as it is. */
export function accountOf(url: string): string {
  const { host, hostname } = new URL(url);
  return hostname.match(/^([a-z0-9-]+)\.zendesk\.com$/i)?.[1]?.toLowerCase() ?? host;
}
