import { z } from 'zod';
import { idText } from './answers.ts';
import type { Ask } from './bulk-call.ts';
import type { Body } from './collection.ts';
import type { Condition } from './hook-conditions.ts';

/**
 * The addresses of webhooks and of the triggers that use them. Source: Zendesk API reference, topics "Webhooks" and "Triggers"; the
 * paths of webhooks take no `.json`.
 */
export interface HookWire {
  webhooks(): Promise<readonly WebhookRow[]>;
  createWebhook(body: Body): Promise<WebhookRow>;
  updateWebhook(id: string, body: Body): Promise<void>;
  signingSecret(id: string): Promise<string>;
  triggers(): Promise<readonly TriggerRow[]>;
  createTrigger(body: Body): Promise<TriggerRow>;
  updateTrigger(id: string, body: Body): Promise<TriggerRow>;
}

const webhookRow = z.looseObject({
  id: z.string().min(1),
  name: z.string(),
  status: z.string(),
  endpoint: z.string(),
  http_method: z.string(),
  request_format: z.string(),
  subscriptions: z.array(z.string()).nullish(),
});
export type WebhookRow = z.infer<typeof webhookRow>;

const text = z.union([z.string(), z.number(), z.boolean(), z.null()]).transform((value) => String(value ?? ''));
const condition = z
  .looseObject({ field: z.string(), operator: z.string().nullish(), value: z.unknown() })
  .transform(({ field, operator, value }): Condition => {
    const said = text.safeParse(value ?? null);
    return { field, operator: operator ?? 'is', value: said.success ? said.data : JSON.stringify(value) };
  });
const list = z
  .array(condition)
  .nullish()
  .transform((given) => given ?? []);

const triggerRow = z.looseObject({
  id: idText,
  title: z.string(),
  active: z.boolean(),
  conditions: z.object({ all: list, any: list }),
  actions: z.array(z.looseObject({ field: z.string(), value: z.unknown() })),
});
export type TriggerRow = z.infer<typeof triggerRow>;

/** What of a list says that there is another page, and where it begins. */
const meta = z.object({ has_more: z.boolean(), after_cursor: z.string().nullish() }).nullish();
const webhooksAnswer = z.object({ webhooks: z.array(webhookRow), meta });
const triggersAnswer = z.object({ triggers: z.array(triggerRow), meta });
const webhookAnswer = z.object({ webhook: webhookRow });
const triggerAnswer = z.object({ trigger: triggerRow });
const secretAnswer = z.object({ signing_secret: z.object({ secret: z.string().min(1) }) });

export function createHookWire(ask: Ask): HookWire {
  const read = { kind: 'read', method: 'GET' } as const;
  const write = { kind: 'write' } as const;
  const creating = 'setting up the webhook';
  return {
    webhooks: () =>
      everyPage(
        async (query) =>
          ask({ ...read, path: '/webhooks', query, answer: webhooksAnswer, what: 'reading the webhooks' }),
        (page) => page.webhooks,
      ),
    async createWebhook(webhook) {
      const path = '/webhooks';
      return (await ask({ ...write, method: 'POST', path, body: { webhook }, answer: webhookAnswer, what: creating }))
        .webhook;
    },
    async updateWebhook(id, webhook) {
      const what = `mending webhook ${id}`;
      await ask({ ...write, method: 'PATCH', path: `/webhooks/${id}`, body: { webhook }, answer: z.unknown(), what });
    },
    async signingSecret(id) {
      const path = `/webhooks/${id}/signing_secret`;
      const what = `reading the signing secret of webhook ${id}`;
      return (await ask({ ...read, path, answer: secretAnswer, what })).signing_secret.secret;
    },
    triggers: () =>
      everyPage(
        async (query) =>
          ask({ ...read, path: '/triggers', query, answer: triggersAnswer, what: 'reading the triggers' }),
        (page) => page.triggers,
      ),
    async createTrigger(trigger) {
      const what = 'setting up the trigger';
      return (
        await ask({ ...write, method: 'POST', path: '/triggers', body: { trigger }, answer: triggerAnswer, what })
      ).trigger;
    },
    async updateTrigger(id, trigger) {
      const path = `/triggers/${id}`;
      const what = `mending trigger ${id}`;
      return (await ask({ ...write, method: 'PUT', path, body: { trigger }, answer: triggerAnswer, what })).trigger;
    },
  };
}

/** The cursor is set on the last page of some lists too: `has_more` alone says that there is another. */
async function everyPage<Page extends { readonly meta?: z.infer<typeof meta> }, Row>(
  ask: (query: Readonly<Record<string, string>>) => Promise<Page>,
  rowsOf: (page: Page) => readonly Row[],
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  let after: string | null = null;
  do {
    const page: Page = await ask({ 'page[size]': '100', ...(after === null ? {} : { 'page[after]': after }) });
    rows.push(...rowsOf(page));
    after = page.meta?.has_more === true ? (page.meta.after_cursor ?? null) : null;
  } while (after !== null);
  return rows;
}

/** What a trigger sends, and where to; the first such action of those that it has. */
export function noticeOf({
  actions,
}: Pick<TriggerRow, 'actions'>): { readonly webhook: string; readonly body: string } | null {
  for (const { field, value } of actions) {
    const parts = z.tuple([z.string(), z.string()], z.unknown()).safeParse(value);
    if (field === 'notification_webhook' && parts.success) return { webhook: parts.data[0], body: parts.data[1] };
  }
  return null;
}
