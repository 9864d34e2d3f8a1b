import { z } from 'zod';
import { createTwinClock } from '../../../twins/clock.ts';
import { ControlError, explain } from '../../../twins/control-error.ts';
import { createFront } from '../../../twins/front.ts';
import type { CreateTwin } from '../../../twins/twin.ts';
import { createBulk } from './bulk/routes.ts';
import { createSalesforceControl } from './control.ts';
import { commitDelay } from './delays.ts';
import { createDoor } from './door.ts';
import { createChangeLog, showEvent } from './events/change-log.ts';
import { selectChangeEvents } from './events/selection.ts';
import { createSessions } from './oauth/sessions.ts';
import { createOrg } from './org.ts';
import { createCursors } from './query-cursors.ts';
import type { Trash } from './remove.ts';
import type { Api } from './rest/call.ts';
import { normaliseRoute } from './route-names.ts';

const eventSchema = z.union([
  z.strictObject({ gap: z.string(), object: z.string(), ids: z.array(z.string()).default([]) }),
  z.strictObject({ expire: z.literal('events') }),
  z.strictObject({ end: z.enum(['sessions', 'grants']) }),
]);

/** A twin of one Salesforce org: OAuth, REST, SOQL, bulk jobs, events. README.md says what of the vendor it has. */
export const createSalesforceTwin: CreateTwin = ({ seed, world }) => {
  const clock = createTwinClock(world);
  const org = createOrg(seed, clock);
  const sessions = createSessions(org);
  const cursors = createCursors({ ids: org.ids, now: clock.now });
  const trash = new Map<string, Trash>();
  const bulk = createBulk();
  const changes = createChangeLog(org, org.chance.fork('events'));
  selectChangeEvents(org, org.settings.now.changeEvents);
  const api: Api = { org, cursors, trash, bulk, changes };

  const control = createSalesforceControl({
    api,
    delayMs: () => commitDelay(org),
    event(event) {
      const asked = eventSchema.safeParse(event);
      if (!asked.success) throw new ControlError(400, explain(asked.error));
      if ('expire' in asked.data) {
        changes.expireAll();
        return { expired: asked.data.expire };
      }
      if ('end' in asked.data) {
        sessions.end(asked.data.end);
        return { ended: asked.data.end };
      }
      return showEvent(changes.gap(asked.data.gap, asked.data.object, asked.data.ids));
    },
    reset() {
      org.reset();
      selectChangeEvents(org, org.settings.now.changeEvents);
      sessions.reset();
      cursors.reset();
      bulk.reset();
      changes.reset();
      trash.clear();
    },
  });

  return {
    system: 'salesforce',
    fetch: createFront({
      adapter: control,
      clock,
      chance: org.chance.fork('front'),
      world,
      handle: createDoor({ api, sessions, chance: org.chance.fork('door'), world }),
      route: normaliseRoute,
    }),
    about: (url) => ({
      system: 'salesforce',
      url,
      endpoints: {},
      auth: { type: 'client-credentials', clientId: org.people.clientId, clientSecret: org.people.clientSecret },
      connection: { url },
    }),
  };
};
