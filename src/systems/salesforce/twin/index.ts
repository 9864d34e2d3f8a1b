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
import type { PubSubDoor } from './events/pubsub/door.ts';
import { createPushTopics } from './events/push-topics.ts';
import { selectChangeEvents } from './events/selection.ts';
import { createMetadata } from './metadata/metadata.ts';
import { createSessions } from './oauth/sessions.ts';
import { createOrg } from './org.ts';
import { createCursors } from './query-cursors.ts';
import type { Trash } from './remove.ts';
import type { Api } from './rest/call.ts';
import { normaliseRoute } from './route-names.ts';
import { createRunning } from './running.ts';

const eventSchema = z.union([
  z.strictObject({ gap: z.string(), object: z.string(), ids: z.array(z.string()).default([]) }),
  z.strictObject({ expire: z.literal('events') }),
  z.strictObject({ end: z.enum(['sessions', 'grants', 'streams']) }),
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
  const metadata = createMetadata(org);
  const topics = createPushTopics(org, org.chance.fork('topics'));
  const api: Api = { org, cursors, trash, bulk, changes, topics, metadata };
  const wake = (): void => {
    bulk.advance(clock.now());
    metadata.advance(clock.now());
    org.store.settle(clock.now());
    org.deletions.expire(clock.now());
  };
  const requests = createRunning(clock.now);
  let pubSub: PubSubDoor | null = null;

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
        if (asked.data.end === 'streams') pubSub?.endStreams();
        else sessions.end(asked.data.end);
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
      metadata.reset();
      changes.reset();
      topics.reset();
      trash.clear();
    },
  });

  const front = createFront({
    adapter: control,
    clock,
    chance: org.chance.fork('front'),
    world,
    handle: createDoor({ api, sessions, chance: org.chance.fork('door'), world, wake, longRunning: requests.long }),
    route: normaliseRoute,
  });

  return {
    system: 'salesforce',
    async fetch(request) {
      const { pathname } = new URL(request.url);
      if (pathname === '/_twin/pubsub-certificate') return certificate(pubSub);
      return /^\/+services\//.test(pathname) ? requests.during(() => front(request)) : front(request);
    },
    doors: {
      async pubsub(port) {
        // Loaded when it is asked for: nothing else of the twin needs gRPC.
        const { openPubSub } = await import('./events/pubsub/door.ts');
        const chance = org.chance.fork('pubsub');
        const door = await openPubSub({ org, sessions, log: changes, world, wake, chance }, port);
        pubSub = door;
        return {
          address: door.address,
          async close() {
            pubSub = null;
            await door.close();
          },
        };
      },
    },
    about: (url) => ({
      system: 'salesforce',
      url,
      endpoints: {},
      auth: { type: 'client-credentials', clientId: org.people.clientId, clientSecret: org.people.clientSecret },
      connection: { url },
    }),
  };
};

/** What a client of the Pub/Sub API has to trust; it is made when that door opens. */
function certificate(door: PubSubDoor | null): Response {
  if (door === null) return Response.json({ error: 'the Pub/Sub API is not served' }, { status: 404 });
  return new Response(door.certificate, { headers: { 'content-type': 'application/x-pem-file' } });
}
