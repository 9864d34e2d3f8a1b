import type { Identity } from '../../model/connection.ts';
import { remember } from '../kit/attempt.ts';
import type { ConnectOptions, System, SystemConnection } from '../kit/system.ts';
import { createWire } from '../kit/wire.ts';
import { recordAt } from './address.ts';
import { authorize } from './authorize.ts';
import { changes } from './changes.ts';
import { describe, standardType } from './describe.ts';
import { classify } from './faults.ts';
import { forecast } from './forecast.ts';
import { inspect, keysOf } from './inspect.ts';
import { collect } from './jobs.ts';
import { limits } from './limits.ts';
import { createLogin, orocrmAuth } from './login.ts';
import { find, read } from './read.ts';
import { resources } from './resource.ts';
import { createModes, type Session } from './session.ts';
import { trace } from './trace.ts';
import { createOrocrmWire, type OrocrmWire, speakingJsonApi } from './wire.ts';
import { write } from './write.ts';

/** OroCRM. What it can and cannot do, and what is not guarded, is in README.md beside this file. */
export const orocrm: System = {
  name: 'orocrm',
  label: 'OroCRM',
  side: 'crm',
  auth: orocrmAuth,
  // Everybody runs their own.
  hosts: { production: null, sandbox: null },
  standard: resources.map(standardType),
  warnings: () => [],
  recordAt,
  connect,
  authorize,
};

function connect(options: ConnectOptions): SystemConnection {
  const { name, url, environment } = options;
  const world = speakingJsonApi(options.world);
  const auth = orocrmAuth.parse(options.auth);
  const door = createWire({
    world,
    name,
    url,
    limits,
    login: (send) => createLogin(auth, options, send),
    classify,
  });
  const wire = createOrocrmWire(door, world.now);
  const who = remember(() => identify(wire, url, environment));
  const session: Session = { name, world, wire, who, modes: createModes(auth.version) };

  return {
    name,
    system: 'orocrm',
    who,
    describe: (objects) => Promise.all([...new Set(objects)].map((object) => describe(session, object))),
    changes: (want, cursor) => changes(session, want, cursor),
    read: (want, ids) => read(session, want, ids),
    find: (want, key, values) => find(session, want, key, values),
    write: (operations, until) => write(session, operations, until),
    collect: (jobs) => collect(session, jobs),
    trace: (operations, since) => trace(session, operations, since),
    calls: () => door.calls(),
    budget: () => door.budget(),
    forecast: (work) => forecast(session.modes.waits(), work),
    inspect: (objects, created) => inspect(session, objects, created, auth.version),
    install: (_what, objects) => Promise.all(objects.map((object) => keysOf(session, object))),
  };
}

/** An account is an installation and, since one may hold several companies, an organization in it. */
async function identify(wire: OrocrmWire, url: string, environment: Identity['environment']): Promise<Identity> {
  const { id, attributes, relationships } = await wire.profile();
  const organization = relationships.organization?.data;
  const within = organization && !Array.isArray(organization) ? `#${organization.id}` : '';
  const { host, pathname } = new URL(url);
  return {
    account: `${host}${pathname.replace(/\/+$/, '')}${within}`,
    user: id,
    userName: String(attributes.username ?? id),
    environment,
  };
}
