import type { HookAsk, HookSetUp, KeptHook } from '../kit/hook.ts';
import type { Finding } from '../kit/system.ts';
import { tickets } from './collection.ts';
import { isOrg } from './hook.ts';
import { alikeConditions, asFilter, type Conditions, conditionsOf, everyChange, spoken } from './hook-conditions.ts';
import { noticeOf, type TriggerRow, type WebhookRow } from './hook-wire.ts';
import type { Session } from './session.ts';

/**
 * The webhook and the trigger that tell us of tickets, named and worded as the vendor's own Salesforce integration does it. Ours is the pair
 * whose webhook calls our address; a pair of that name that calls elsewhere is somebody else's and is left alone.
 */
const pairName = '(Salesforce Integration) Sync tickets to Salesforce';

function bodyFor(org: string): string {
  return `{"ticket_id": {{ticket.id}}, "salesforce_org_id": "${org}"}`;
}

/** What there is at the vendor, as seen from one of our doors. */
interface Pair {
  readonly webhook: WebhookRow | null;
  readonly trigger: TriggerRow | null;
  /** Addresses that pairs of that name call for the same org, and that are not ours. */
  readonly strangers: readonly string[];
  readonly wanted: Conditions;
  readonly wider: readonly string[];
}

interface Fault {
  readonly part: 'webhook' | 'trigger';
  readonly found: string;
  readonly fix?: string;
}

export function hookSetUp(session: Session): HookSetUp {
  return {
    async inspect(ask) {
      const pair = await look(session, ask);
      const signing = pair.webhook === null ? null : await session.wire.signingSecret(pair.webhook.id);
      return findings(pair, ask, faultsOf(pair, ask, signing));
    },
    async install(ask, { repair, keep }) {
      const pair = await look(session, ask);
      const webhook = await webhookNow(session, pair, ask, repair);
      const kept: KeptHook = {
        webhook: webhook.id,
        trigger: pair.trigger?.id ?? null,
        signing: await session.wire.signingSecret(webhook.id),
      };
      // Before there is a trigger nothing is sent, so every call that comes can be checked.
      await keep(kept);
      const trigger = await triggerNow(session, pair, ask, { webhook: webhook.id, repair });
      if (trigger.id !== kept.trigger) await keep({ ...kept, trigger: trigger.id });
    },
  };
}

async function look(session: Session, ask: HookAsk): Promise<Pair> {
  const [webhooks, triggers] = [await session.wire.webhooks(), await session.wire.triggers()];
  const callersOf = (webhook: WebhookRow) => triggers.filter((each) => noticeOf(each)?.webhook === webhook.id);
  const names = (trigger: TriggerRow) => orgIn(noticeOf(trigger)?.body ?? '');
  // One under our address whose secret part nobody knows any more was ours before this data folder: what its trigger says tells whose.
  const isEarlier = (webhook: WebhookRow): boolean =>
    placeOf(webhook.endpoint).door === placeOf(ask.endpoint).door &&
    !ask.others.includes(webhook.endpoint) &&
    callersOf(webhook).some((trigger) => isOrg(names(trigger) ?? '', ask.peer));
  const own = ({ endpoint }: WebhookRow): boolean => placeOf(endpoint).secret === placeOf(ask.endpoint).secret;
  const webhook = webhooks.find(own) ?? webhooks.find(isEarlier) ?? null;
  const callers = webhook === null ? [] : callersOf(webhook);
  const isLost = ({ id, ...trigger }: TriggerRow): boolean =>
    id === ask.kept?.trigger && !webhooks.some((each) => each.id === noticeOf({ ...trigger })?.webhook);
  const trigger = callers.find(({ id }) => id === ask.kept?.trigger) ?? callers[0] ?? triggers.find(isLost) ?? null;
  const strangers = webhooks.filter((each) => {
    const isOurs = each === webhook || ask.others.includes(each.endpoint);
    const working = callersOf(each).filter(({ active }) => active);
    const isNamed = each.name === pairName || working.some(({ title }) => title === pairName);
    const isSameOrg = working.some((one) => isOrg(names(one) ?? ask.peer, ask.peer));
    return !isOurs && each.status === 'active' && isNamed && isSameOrg;
  });
  const types = await session.catalog.typesFor(
    tickets,
    [...ask.filter.all, ...ask.filter.any].map(({ field }) => field),
  );
  const { conditions, wider } = conditionsOf(ask.filter, types ?? new Map());
  return { webhook, trigger, strangers: strangers.map(({ endpoint }) => endpoint), wanted: conditions, wider };
}

/** An endpoint without its last part, and that part, which is a secret. */
function placeOf(endpoint: string): { readonly door: string; readonly secret: string } {
  const end = endpoint.lastIndexOf('/');
  return { door: endpoint.slice(0, end), secret: endpoint.slice(end + 1) };
}

function orgIn(body: string): string | null {
  return /"salesforce_org_id"\s*:\s*"([^"]*)"/.exec(body)?.[1] ?? null;
}

function faultsOf({ webhook, trigger, wanted, wider }: Pair, ask: HookAsk, signing: string | null): readonly Fault[] {
  const faults: Fault[] = [];
  const say = (part: Fault['part'], found: string, more: Omit<Fault, 'part' | 'found'> = {}): void => {
    faults.push({ part, found, ...more });
  };
  const isNew = ask.kept === null;
  const install = isNew ? { fix: 'Run `syncline doctor --install trigger`, or start the service.' } : {};
  if (webhook === null)
    say('webhook', `There is no webhook${isNew ? '' : ' any more'} that calls this Syncline.`, install);
  else {
    if (webhook.endpoint !== ask.endpoint) say('webhook', 'The webhook calls an earlier address of this Syncline.');
    if (webhook.name !== pairName) say('webhook', `The webhook was renamed: it is called "${webhook.name}".`);
    if (webhook.status !== 'active') say('webhook', `The webhook is ${webhook.status}: it calls nobody.`);
    if (webhook.http_method !== 'POST' || webhook.request_format !== 'json')
      say('webhook', `The webhook sends ${webhook.http_method} ${webhook.request_format}, and not POST json.`);
    if (signing !== ask.kept?.signing)
      say(
        'webhook',
        'The signing secret of the webhook is another one than the one that is kept here: its calls are refused.',
      );
  }
  if (trigger === null) {
    say('trigger', `There is no trigger${isNew ? '' : ' any more'} that uses the webhook of this Syncline.`, install);
    return faults;
  }
  const notice = noticeOf(trigger);
  if (trigger.title !== pairName) say('trigger', `The trigger was renamed: it is called "${trigger.title}".`);
  if (!trigger.active) say('trigger', 'The trigger is inactive: it tells of no ticket.');
  if (webhook !== null && notice?.webhook !== webhook.id)
    say('trigger', 'The trigger calls a webhook that is not there any more.');
  if (![ask.peer, ask.peer.slice(0, 15)].some((org) => notice?.body === bodyFor(org)))
    say(
      'trigger',
      `The body that the trigger sends was edited: it is ${notice?.body ?? 'empty'} instead of ${bodyFor(ask.peer)}.`,
    );
  if (!alikeConditions(trigger.conditions, wanted))
    say(
      'trigger',
      `The conditions of the trigger are not those of the sync. In Zendesk: ${spoken(trigger.conditions)}. The sync's filter: ${spoken(wanted)}.`,
      { fix: takeOver(trigger.conditions, wider) },
    );
  return faults;
}

function takeOver(conditions: Conditions, wider: readonly string[]): string {
  const filter = asFilter(conditions);
  const take =
    filter === null
      ? 'A filter cannot say these conditions; to take them over, write what comes nearest into filter.desk of the sync'
      : `To take them over, write \`filter: { desk: ${filter} }\` into the sync`;
  const beside = wider.length === 0 ? '' : `, beside what the filter says of ${wider.join(', ')}`;
  return `${take}${beside}; to put back what the sync says, run \`syncline doctor --repair\`.`;
}

function findings({ strangers, wider, wanted }: Pair, { peer }: HookAsk, faults: readonly Fault[]): readonly Finding[] {
  const rows: Finding[] = faults.map(({ part, found, fix }) => ({
    check: part,
    ok: false,
    found,
    fix: fix ?? 'Run `syncline doctor --repair`.',
  }));
  if (faults.length === 0) {
    const conditions = spoken(wanted);
    const which = conditions === everyChange ? '' : ` that meets ${conditions}`;
    const more =
      wider.length === 0
        ? ''
        : ` A trigger cannot say what the filter says of ${wider.join(', ')}: it tells more, which is filtered here.`;
    rows.push({
      check: 'trigger',
      ok: true,
      found: `Zendesk calls for every change of a ticket${which}.${more}`,
      fix: '',
    });
  }
  for (const endpoint of strangers) {
    const found = `Two integrations write the same cases: another "${pairName}" calls ${URL.parse(endpoint)?.host ?? 'another address'} for the Salesforce org ${peer}.`;
    const fix = 'Switch one of the two off: the other trigger in Zendesk, or this sync.';
    rows.push({ check: 'two integrations', ok: false, found, fix });
  }
  return rows;
}

async function webhookNow(
  session: Session,
  { webhook }: Pair,
  ask: HookAsk,
  repair: boolean,
): Promise<{ readonly id: string }> {
  const { endpoint } = ask;
  const given = { name: pairName, endpoint, http_method: 'POST', request_format: 'json', status: 'active' };
  if (webhook === null) return session.wire.createWebhook({ ...given, subscriptions: ['conditional_ticket_events'] });
  const isOf = (row: Readonly<Record<string, unknown>>): boolean =>
    Object.entries(given).every(([name, value]) => row[name] === value);
  if (repair && !isOf(webhook)) await session.wire.updateWebhook(webhook.id, given);
  else if (webhook.endpoint !== endpoint) await session.wire.updateWebhook(webhook.id, { endpoint });
  return webhook;
}

async function triggerNow(
  session: Session,
  pair: Pair,
  ask: HookAsk,
  { webhook, repair }: { readonly webhook: string; readonly repair: boolean },
): Promise<{ readonly id: string }> {
  const { trigger, wanted } = pair;
  const given = { title: pairName, active: true, conditions: wanted };
  if (trigger === null)
    return session.wire.createTrigger({ ...given, actions: [noticeTo(webhook, bodyFor(ask.peer))] });
  const notice = noticeOf(trigger);
  const isEdited = faultsOf(pair, ask, null).some(({ part }) => part === 'trigger');
  const actions = (body: string) => withNotice(trigger, noticeTo(webhook, body));
  if (repair && isEdited)
    return session.wire.updateTrigger(trigger.id, { ...given, actions: actions(bodyFor(ask.peer)) });
  if (notice !== null && notice.webhook !== webhook)
    return session.wire.updateTrigger(trigger.id, { actions: actions(notice.body) });
  return trigger;
}

type Action = TriggerRow['actions'][number];

function noticeTo(webhook: string, body: string): Action {
  return { field: 'notification_webhook', value: [webhook, body] };
}

/** What else a person has the trigger do stays. */
function withNotice({ actions }: TriggerRow, notice: Action): readonly Action[] {
  const first = actions.findIndex(({ field }) => field === notice.field);
  return first === -1 ? [...actions, notice] : actions.with(first, notice);
}
