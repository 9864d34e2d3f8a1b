import { createChance } from '../../../twins/chance.ts';
import { createTwinClock } from '../../../twins/clock.ts';
import { createFront } from '../../../twins/front.ts';
import type { CreateTwin } from '../../../twins/twin.ts';
import { accounts } from './accounts.ts';
import { binRoutes } from './bin-routes.ts';
import type { Route } from './call.ts';
import { contacts } from './contacts.ts';
import { createAdapter } from './control.ts';
import { createDoor } from './door.ts';
import { fileRoutes } from './file-routes.ts';
import { knownLogin, Logins } from './logins.ts';
import { metaRoutes } from './meta-routes.ts';
import { personRoutes } from './person-routes.ts';
import { Portal } from './portal.ts';
import { byIdsRoute, createRoute, listRoute, recordRoutes, spamRoutes } from './record-routes.ts';
import { Router } from './router.ts';
import { createTwinSettings } from './settings.ts';
import { talkRoutes } from './talk-routes.ts';
import { ticketRoutes } from './ticket-routes.ts';
import { tickets } from './tickets.ts';
import { webhookRoutes } from './webhook-routes.ts';

export const routes: readonly Route[] = [
  ...ticketRoutes,
  ...[contacts, accounts].flatMap((kind) => [createRoute(kind), listRoute(kind), byIdsRoute(kind)]),
  ...[contacts, accounts, tickets].flatMap(recordRoutes),
  ...[contacts, tickets].flatMap(spamRoutes),
  ...personRoutes,
  ...talkRoutes,
  ...fileRoutes,
  ...binRoutes,
  ...metaRoutes,
  ...webhookRoutes,
];

/** The Zoho Desk twin: one portal with two agents, the API user and the person whose hand edits by the control surface; and its accounts server. */
export const createZohoDeskTwin: CreateTwin = ({ seed, world }) => {
  const chance = createChance(seed);
  const clock = createTwinClock(world);
  const settings = createTwinSettings();
  const logins = new Logins(chance.fork('logins'), clock.now, () => settings.now);
  const open = (): Portal =>
    new Portal({
      orgId: knownLogin.orgId,
      settings: () => settings.now,
      chance: chance.fork('portal'),
      world,
      clockMs: clock.now,
    });
  let portal = open();
  const current = (): Portal => portal;
  const adapter = createAdapter({
    portal: current,
    settings,
    reset() {
      settings.reset();
      logins.welcome();
      portal = open();
    },
  });
  const door = createDoor({ portal: current, logins, router: new Router(routes) });
  return {
    system: 'zoho-desk',
    fetch: createFront({ adapter, clock, chance, world, handle: door }),
    about: (url) => ({
      system: 'zoho-desk',
      url,
      endpoints: { accounts: url },
      auth: {
        type: 'refresh-token',
        clientId: knownLogin.clientId,
        clientSecret: knownLogin.clientSecret,
        refreshToken: knownLogin.refreshToken,
        dataCentre: settings.now.dataCentre,
        orgId: knownLogin.orgId,
      },
      connection: { url },
    }),
  };
};
