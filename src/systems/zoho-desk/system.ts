import type { Identity } from '../../model/connection.ts';
import { failAll, remember } from '../kit/attempt.ts';
import type { ConnectOptions, System, SystemConnection } from '../kit/system.ts';
import { createWire } from '../kit/wire.ts';
import { defaultHost, hostsOf, recordAt } from './address.ts';
import { authorize } from './authorize.ts';
import { changes } from './changes.ts';
import { classify } from './faults.ts';
import { forecast } from './forecast.ts';
import { inspect, install } from './inspect.ts';
import { limits } from './limits.ts';
import { createLogin, zohoDeskAuth } from './login.ts';
import { moduleFor } from './modules.ts';
import { find, read } from './reading.ts';
import { createCatalog, createSight, type Session, standardObjects } from './session.ts';
import { trace } from './trace.ts';
import { createZohoDeskWire } from './wire.ts';
import { write } from './write.ts';

/** Zoho Desk. What it can and cannot do, and the race that remains, is in README.md beside this file. */
export const zohoDesk: System = {
  name: 'zoho-desk',
  label: 'Zoho Desk',
  side: 'desk',
  auth: zohoDeskAuth,
  // The host of the data centre that `auth` names; a sandbox is a portal of its own on the same hosts.
  hosts: { production: defaultHost, sandbox: defaultHost },
  standard: standardObjects,
  warnings: () => [],
  recordAt,
  connect,
  authorize,
};

function connect(options: ConnectOptions): SystemConnection {
  const { name, world, environment } = options;
  const auth = zohoDeskAuth.parse(options.auth);
  const hosts = hostsOf(options.url, auth.dataCentre);
  const door = createWire({
    world,
    name,
    url: hosts.desk,
    limits,
    login: (send) => createLogin(auth, hosts, options, send),
    classify: (status, headers, body, kind) =>
      classify(status, headers, body, kind, { now: world.now(), random: world.random }),
  });
  const wire = createZohoDeskWire(door, world);
  const sight = createSight();
  const session: Session = { name, world, wire, sight, catalog: createCatalog(wire, sight) };

  const who = remember(async (): Promise<Identity> => {
    const me = await wire.me();
    // Without an orgId the login has made sure that there is only one.
    const account = auth.orgId ?? (await wire.portals())[0]?.id ?? '';
    const names = [me.firstName, me.lastName].filter((part) => typeof part === 'string' && part !== '');
    return {
      account,
      user: me.id,
      userName: names.length > 0 ? names.join(' ') : (me.emailId ?? me.id),
      environment,
    };
  });

  return {
    name,
    system: 'zoho-desk',
    who,
    describe: (objects) =>
      Promise.all([...new Set(objects)].map((object) => session.catalog.describe(moduleFor(object)))),
    changes: (want, cursor) => changes(session, want, cursor),
    read: (want, ids) => read(session, want, ids),
    find: (want, key, values) => find(session, want, key, values),
    write: (operations, until) => write(session, operations, until),
    async collect(jobs) {
      return jobs.map(({ job, operations }) => ({
        done: failAll(operations, { kind: 'bug', say: `Zoho Desk made no job ${job}.` }),
      }));
    },
    trace: (operations, since) => trace(session, operations, since),
    calls: () => door.calls(),
    budget: () => door.budget(),
    forecast: (work) => forecast(door, work),
    inspect: (objects, created) => inspect(session, objects, created, () => door.budget()),
    install: (_what, objects) => install(session, objects),
  };
}
