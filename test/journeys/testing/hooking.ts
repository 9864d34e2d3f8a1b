import { createHmac } from 'node:crypto';
import { stat } from 'node:fs/promises';
import type { DoctorOptions, DoctorRow } from '../../../src/app/app.ts';
import type { Service } from '../../../src/app/service.ts';
import { createApi } from '../../../src/server/api.ts';
import type { Journey, Row } from '../harness.ts';

/** A service that runs, with the door that vendors come to, and tickets that become cases. */

export const ticketId = 'Zendesk_Support_Ticket_ID__c';
export const pairName = '(Salesforce Integration) Sync tickets to Salesforce';
const port = 4000;
export const publicUrl = `http://127.0.0.1:${port}`;

/** Tickets become cases; polled so rarely that within an hour only a hook brings one. */
export function cases(more: Row = {}): Row {
  return {
    direction: 'desk-to-crm',
    crm: { connection: 'sales', object: 'Case' },
    desk: { connection: 'support', object: 'ticket' },
    match: [{ crm: ticketId, desk: 'id' }],
    fields: [
      { crm: 'Subject', desk: 'subject' },
      { crm: ticketId, desk: 'id' },
    ],
    schedule: { every: '1h' },
    ...more,
  };
}

export const doctor = (journey: Journey, options: Partial<DoctorOptions> = {}): Promise<readonly DoctorRow[]> =>
  journey.open((service) => service.doctor({ install: null, ...options }));

/** What the doctor says of webhooks, trigger and pair. */
export const hookRows = (rows: readonly DoctorRow[]): readonly DoctorRow[] =>
  rows.filter(({ check }) => /webhook|trigger|two integrations/.test(check));

export async function configure(journey: Journey, sync: Row = {}, server: Row | null = { publicUrl }): Promise<void> {
  await journey.configure({}, { ...(server ? { server } : {}), syncs: { cases: cases(sync) } });
}

/** A journey whose Salesforce has the case fields. */
export async function prepared(journey: Journey): Promise<void> {
  await configure(journey);
  await doctor(journey, { install: 'package', connection: 'sales' });
  await journey.control('sales', 'PUT', 'settings', { commitDelayMs: 0 });
}

export interface Live {
  readonly service: Service;
  /** Some seconds go by; more where that is said. */
  settle(ms?: number): Promise<void>;
  /** Seconds go by until it is so, some minutes at most: what reads a file of this machine takes no time that is simulated. */
  until(isSo: () => Promise<boolean>): Promise<void>;
}

/** Runs the service with its HTTP door until `work` is done. */
export async function live<Answer>(journey: Journey, work: (live: Live) => Promise<Answer>): Promise<Answer> {
  return journey.open(async (service) => {
    const stop = new AbortController();
    const { world } = journey;
    const api = createApi({
      app: service,
      hooks: service.hooks,
      token: 'token',
      instance: 'me',
      version: '0',
      world,
      stopping: stop.signal,
    });
    journey.listen(port, (request) => api.fetch(request));
    await journey.forgetCalls();
    const working = service.start(stop.signal);
    working.catch(() => stop.abort());
    const until = async (isSo: () => Promise<boolean>): Promise<void> => {
      for (let second = 0; second < 300 && !(await isSo()); second++) {
        // What reads a file is waited for by reading one, however busy the machine is.
        for (let turn = 0; turn < 50; turn++) await stat(journey.folder);
        await world.sleep(1000);
      }
      if (!(await isSo())) throw new Error('it did not come to it within five minutes');
    };
    try {
      await until(async () => {
        const { byRoute } = await journey.calls('support');
        return Object.keys(byRoute).some((route) => route.includes('incremental/tickets'));
      });
      await world.sleep(5000);
      return await work({ service, settle: (ms = 5000) => world.sleep(ms), until });
    } finally {
      stop.abort();
      await working;
      journey.listen(port, () => {
        throw new TypeError('fetch failed');
      });
    }
  });
}

/** Somebody writes to the company: a ticket, and all triggers run. Answers its id. */
export async function write(journey: Journey, subject: string, more: Row = {}): Promise<string> {
  const answer = await journey.callZendesk('POST', 'tickets', {
    ticket: { subject, comment: { body: subject }, ...more },
  });
  return String(Reflect.get(Object(Reflect.get(Object(answer), 'ticket')), 'id'));
}

export async function subjects(journey: Journey): Promise<readonly unknown[]> {
  return (await journey.records('sales', 'Case')).map(({ Subject }) => Subject).sort();
}

export async function readZendesk(journey: Journey, path: string): Promise<Row> {
  const response = await journey.world.fetch(
    new Request(`http://support.localhost:5002/api/v2/${path}`, {
      headers: { authorization: `Basic ${btoa('owner@twin.example/token:twin-api-token')}` },
    }),
  );
  return Object(await response.json());
}

async function listed(journey: Journey, list: string): Promise<readonly Row[]> {
  const rows = (await readZendesk(journey, list))[list];
  if (!Array.isArray(rows)) throw new Error(`no list ${list}`);
  return rows;
}

/** The pairs at Zendesk: webhooks, and triggers. */
export async function pairs(
  journey: Journey,
): Promise<{ readonly webhooks: readonly Row[]; readonly triggers: readonly Row[] }> {
  return { webhooks: await listed(journey, 'webhooks'), triggers: await listed(journey, 'triggers') };
}

export async function signingSecret(journey: Journey): Promise<string> {
  const [webhook] = (await pairs(journey)).webhooks;
  const { signing_secret } = await readZendesk(journey, `webhooks/${String(webhook?.id)}/signing_secret`);
  return String(Reflect.get(Object(signing_secret), 'secret'));
}

export async function endpoint(journey: Journey): Promise<string> {
  return String((await pairs(journey)).webhooks[0]?.endpoint);
}

/** A call as Zendesk would make it, or nearly. */
export async function call(
  journey: Journey,
  body: string,
  how: { readonly secret?: string; readonly lateMs?: number; readonly url?: string; readonly headers?: Row } = {},
): Promise<Response> {
  const timestamp = `${new Date(journey.world.now() - (how.lateMs ?? 0)).toISOString().slice(0, 19)}Z`;
  const signature = createHmac('sha256', how.secret ?? (await signingSecret(journey)))
    .update(timestamp + body)
    .digest('base64');
  const headers = new Headers({
    'content-type': 'application/json; charset=utf-8',
    'x-zendesk-webhook-signature': signature,
    'x-zendesk-webhook-signature-timestamp': timestamp,
  });
  for (const [name, value] of Object.entries(how.headers ?? {})) headers.set(name, String(value));
  return journey.world.fetch(new Request(how.url ?? (await endpoint(journey)), { method: 'POST', headers, body }));
}

export function bodyOf(ticket: string | number, org: string): string {
  return `{"ticket_id": ${ticket}, "salesforce_org_id": "${org}"}`;
}
