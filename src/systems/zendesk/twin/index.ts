import { normalisePath } from '../../../twins/calls.ts';
import { createChance } from '../../../twins/chance.ts';
import { createTwinClock } from '../../../twins/clock.ts';
import { createFront } from '../../../twins/front.ts';
import type { CreateTwin } from '../../../twins/twin.ts';
import { Account, type Doer } from './account.ts';
import { activityRoutes } from './activities.ts';
import { appRoutes } from './app-routes.ts';
import type { Route } from './call.ts';
import { commentRoutes } from './comment-routes.ts';
import { createAdapter } from './control.ts';
import { customObjectRoutes } from './custom-object-routes.ts';
import { deskRoutes } from './desk-routes.ts';
import { createDoor } from './door.ts';
import { exportRoutes } from './export-routes.ts';
import { fieldRoutes } from './field-routes.ts';
import { groupRoutes } from './group-routes.ts';
import { identityRoutes } from './identity-routes.ts';
import { jobRoutes } from './job-routes.ts';
import { knownLogin, Logins } from './logins.ts';
import { membershipRoutes } from './membership-routes.ts';
import { oauthRoutes } from './oauth-routes.ts';
import { organizationRoutes } from './organization-routes.ts';
import { relationshipRoutes } from './relationship-routes.ts';
import { Router } from './router.ts';
import { ruleRoutes } from './rule-routes.ts';
import { satisfactionRoutes } from './satisfaction.ts';
import { searchRoutes } from './search-routes.ts';
import { createTwinSettings } from './settings.ts';
import { sharingRoutes } from './sharing-routes.ts';
import { sideConversationRoutes } from './side-conversations.ts';
import { slaRoutes } from './sla-routes.ts';
import { day } from './stamps.ts';
import { tagRoutes } from './tag-routes.ts';
import { ticketBulkRoutes } from './ticket-bulk-routes.ts';
import { ticketRoutes } from './ticket-routes.ts';
import { uploadRoutes } from './upload-routes.ts';
import { newUser } from './user-body.ts';
import { userRoutes } from './user-routes.ts';
import { createUser } from './users.ts';
import { webhookRoutes } from './webhook-routes.ts';

const year = 365 * day;

export const routes: readonly Route[] = [
  ...oauthRoutes,
  ...userRoutes,
  ...identityRoutes,
  ...membershipRoutes,
  ...organizationRoutes,
  ...tagRoutes,
  ...fieldRoutes,
  ...jobRoutes,
  ...exportRoutes,
  ...searchRoutes,
  ...ticketRoutes,
  ...ticketBulkRoutes,
  ...deskRoutes,
  ...uploadRoutes,
  ...groupRoutes,
  ...sharingRoutes,
  ...commentRoutes,
  ...satisfactionRoutes,
  ...webhookRoutes,
  ...ruleRoutes,
  ...slaRoutes,
  ...activityRoutes,
  ...sideConversationRoutes,
  ...appRoutes,
  ...customObjectRoutes,
  ...relationshipRoutes,
];

/** The Zendesk twin: one account with its owner, whom the credentials lead to, and a second admin, whose hand edits by the control surface. */
export const createZendeskTwin: CreateTwin = ({ seed, world }) => {
  const chance = createChance(seed);
  const clock = createTwinClock(world);
  const settings = createTwinSettings();
  const logins = new Logins(chance.fork('logins'), clock.now, () => settings.now);
  const router = new Router(routes);

  const open = (): { readonly account: Account; readonly owner: Doer; readonly person: Doer } => {
    const account = new Account({ settings, chance: chance.fork('account'), world, logins, clockMs: clock.now });
    const setup: Doer = { user: { ...newUser, role: 'admin' }, call: 'setup' };
    // Staff are older than anything that a test does, so they never turn up among its changes.
    const stamps = { created: account.now - year };
    const owner = createUser(account, setup, staff('Olive Owner', knownLogin.email), undefined, stamps);
    const person = createUser(account, setup, staff('Petra Person', 'person@twin.example'), undefined, stamps);
    for (const [id] of account.desk.groups) {
      account.desk.join(owner.id, id, true, account.now - year);
      account.desk.join(person.id, id, true, account.now - year);
    }
    return { account, owner: { user: owner, call: 'setup' }, person: { user: person, call: 'person' } };
  };
  let current = open();
  const shared = { name: 'Syncline', redirectUris: null, userId: current.owner.user.id, scopes: null };
  logins.addClient({ ...shared, identifier: knownLogin.clientId, secret: knownLogin.clientSecret });
  logins.addClient({ ...shared, identifier: knownLogin.publicClientId, secret: null });

  const adapter = createAdapter({
    account: () => current.account,
    settings,
    catchUp: () => current.account.catchUp(clock.now()),
    person: () => current.person,
    reset() {
      settings.reset();
      current = open();
    },
  });
  const door = createDoor({
    account: () => current.account,
    nowMs: clock.now,
    router,
    chance: chance.fork('requests'),
  });

  return {
    system: 'zendesk',
    fetch: createFront({ adapter, clock, chance, world, handle: door, route: routeOf }),
    about: (url) => ({
      system: 'zendesk',
      url,
      endpoints: {},
      auth: { type: 'client-credentials', clientId: knownLogin.clientId, clientSecret: knownLogin.clientSecret },
      connection: { url },
    }),
  };
};

/** Paths with their ids replaced, for the counts by route. */
function routeOf(path: string): string {
  return normalisePath(path.replaceAll(/V3-[0-9a-f]{32}/g, ':id'));
}

function staff(name: string, email: string) {
  return { name, email, role: 'admin', verified: true };
}
