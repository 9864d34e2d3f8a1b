import { normalisePath } from '../../../twins/calls.ts';
import { createChance } from '../../../twins/chance.ts';
import { createTwinClock } from '../../../twins/clock.ts';
import { createFront } from '../../../twins/front.ts';
import type { CreateTwin } from '../../../twins/twin.ts';
import { OperationBook } from './batch.ts';
import { createAdapter } from './control.ts';
import { createDoor, type Installation } from './door.ts';
import { knownClient, Logins } from './login.ts';
import { Office } from './office.ts';
import { createTwinSettings } from './settings.ts';
import { furnish } from './setup.ts';
import { WebhookBook } from './webhooks.ts';

/** The OroCRM twin: one installation with one organization, an administrator whom the credentials lead to, and a second user. */
export const createOrocrmTwin: CreateTwin = ({ seed, world }) => {
  const chance = createChance(seed);
  const clock = createTwinClock(world);
  const settings = createTwinSettings();
  const logins = new Logins(chance.fork('logins'), clock.now, () => settings.now);

  const open = (): Installation & { readonly webhooks: WebhookBook } => {
    const office = new Office({ settings, chance: chance.fork('office'), world, clockMs: clock.now });
    furnish(office);
    const webhooks = new WebhookBook(office);
    webhooks.listTopics();
    return { office, operations: new OperationBook(office), webhooks };
  };
  let current = open();

  const adapter = createAdapter({
    installation: () => current,
    settings,
    catchUp: () => current.office.catchUp(clock.now()),
    changed() {
      current.webhooks.listTopics();
      if (settings.now.queue === 'running') current.operations.resume();
    },
    reset() {
      settings.reset();
      current = open();
    },
  });
  const door = createDoor({ installation: () => current, logins, nowMs: clock.now });

  return {
    system: 'orocrm',
    fetch: createFront({ adapter, clock, chance, world, handle: door, route: normalisePath }),
    about: (url) => ({
      system: 'orocrm',
      url,
      endpoints: {},
      auth: { type: 'client-credentials', clientId: knownClient.id, clientSecret: knownClient.secret },
      connection: { url },
    }),
  };
};
