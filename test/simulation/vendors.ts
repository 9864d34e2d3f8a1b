import type { Row } from '../journeys/harness.ts';
import type { Company } from './company.ts';
import { plain } from './flows.ts';

type Host = 'sales' | 'support';

/** What a vendor can do to us, by the control surface of its twin. */
const faults: readonly (readonly [Host, Row])[] = [
  ['support', { match: { path: 'create_many|organizations$|users$' }, do: 'lose-answer', times: 1 }],
  ['support', { match: { path: 'update_many|organizations/|users/' }, do: 'lose-answer', times: 1 }],
  ['support', { match: { path: 'organization_memberships' }, do: 'lose-answer', times: 1 }],
  ['support', { match: { method: 'POST' }, do: 'cut', times: 1 }],
  ['support', { match: { method: 'PUT' }, do: 'status', status: 503, times: 2 }],
  ['support', { match: { path: 'job_statuses' }, do: 'drop', times: 1 }],
  ['support', { match: { method: 'POST' }, do: 'status', status: 409, body: { error: 'Conflict' }, times: 1 }],
  ['support', { match: { path: 'incremental' }, do: 'status', status: 429, retryAfter: 5, times: 2 }],
  ['support', { match: { path: 'organizations|users' }, do: 'delay', delayMs: 8000, times: 2 }],
  ['support', { do: 'status', status: 500, times: 3, chance: 0.3 }],
  [
    'support',
    {
      match: { path: 'organizations|users' },
      do: 'refuse',
      body: { error: 'RecordInvalid', description: 'Record validation errors', details: {} },
      times: 2,
    },
  ],
  ['sales', { match: { path: 'composite/sobjects' }, do: 'lose-answer', times: 1 }],
  ['sales', { match: { path: 'composite' }, do: 'cut', times: 1 }],
  ['sales', { match: { path: 'query' }, do: 'status', status: 503, times: 2 }],
  ['sales', { match: { path: 'query|composite' }, do: 'delay', delayMs: 6000, times: 2 }],
  ['sales', { match: { path: 'data/' }, do: 'status', status: 401, body: [invalidSession()], times: 1 }],
  ['sales', { match: { path: 'data/' }, do: 'status', status: 403, body: [overLimit()], times: 1 }],
  ['sales', { match: { path: 'oauth2/token' }, do: 'drop', times: 1 }],
];

/** The same, where tickets become cases. */
const ofTickets: typeof faults = [
  ['support', { match: { path: 'tickets/show_many' }, do: 'status', status: 503, times: 1 }],
  ['support', { match: { path: 'tickets' }, do: 'delay', delayMs: 8000, times: 2 }],
  ['support', { match: { path: 'tickets/' }, do: 'lose-answer', times: 1 }],
  ['support', { match: { path: 'webhooks|triggers' }, do: 'lose-answer', times: 1 }],
  ['support', { match: { path: 'webhooks|triggers' }, do: 'status', status: 500, times: 1 }],
];

/** Salesforce makes the accounts that it was sent, and we do not hear of it. */
const lostCreate: (typeof faults)[number] = [
  'sales',
  { match: { method: 'POST', path: 'composite/sobjects' }, do: 'lose-answer', times: 1 },
];

function invalidSession(): Row {
  return { message: 'Session expired or invalid', errorCode: 'INVALID_SESSION_ID' };
}

function overLimit(): Row {
  return { message: 'TotalRequests Limit exceeded.', errorCode: 'REQUEST_LIMIT_EXCEEDED' };
}

/** Something goes wrong at a vendor, once or twice; or somebody takes from us the right to see a record. */
export async function trouble(company: Company): Promise<void> {
  const isTwoWay = company.configuration.pairs.some((pair) => pair.isTwoWay);
  if (isTwoWay && company.happens(0.15)) {
    const account = company.pick(await company.there('Account'));
    if (!account) return;
    await company.hide(account.id);
    const twin = (await company.there('organization')).find(({ row }) => plain(row.name) === plain(account.row.Name));
    const change = { details: company.text('word') };
    if (twin)
      await company.act(`edits its organization ${twin.id} ${JSON.stringify(change)}`, () =>
        company.journey.edit('support', 'organization', twin.id, change),
      );
    return;
  }
  const isCreating = isTwoWay && company.happens(0.2);
  const found = isCreating
    ? lostCreate
    : company.pick(company.configuration.tickets ? [...faults, ...ofTickets] : faults);
  if (!found) return;
  const [host, fault] = found;
  if (isCreating) {
    const row = { name: company.text('Firm') };
    await company.act(`adds organization ${JSON.stringify(row)}`, () =>
      company.journey.seed('support', 'organization', [row]),
    );
  }
  company.tell(`! ${host}: ${JSON.stringify(fault)}`);
  company.counts.faults += 1;
  if (fault.do === 'lose-answer' || fault.do === 'cut') company.planted += 1;
  await company.journey.control(host, 'POST', 'faults', fault);
}

/** How long a save at Salesforce may take until it is shown (ms). */
export const longestCommitMs = 2000;

/** How fast the vendors are in this story: jobs, lagging search and exports, sessions that end. */
export async function temper(company: Company): Promise<void> {
  const jobMs = company.pick([0, 3000, [2000, 40_000]]) ?? 0;
  company.jobMs = jobMs;
  const searchLagMs = company.pick([0, 30_000, 90_000]) ?? 0;
  const sessionMs = company.pick([7_200_000, 20_000]) ?? 7_200_000;
  const commitDelayMs = company.pick([0, [0, longestCommitMs]]) ?? 0;
  company.tell(`vendors: ${JSON.stringify({ jobMs, searchLagMs, sessionMs, commitDelayMs })}`);
  await company.journey.control('support', 'PUT', 'settings', { jobMs, searchLagMs });
  await company.journey.control('sales', 'PUT', 'settings', { sessionMs, commitDelayMs });
}

/** The vendors do nothing more to us. What was hidden may be shown again: that is seen when somebody touches it. */
export async function calm(company: Company): Promise<void> {
  for (const host of ['sales', 'support'] as const) await company.journey.control(host, 'DELETE', 'faults');
  if (company.hidden.ever.size === 0 || company.happens(0.3)) return;
  await company.unhide();
  const there = (await company.there('Account')).filter(({ id }) => company.hidden.ever.has(id));
  for (const { id } of there)
    await company.act(`touches Account ${id}`, () =>
      company.journey.edit('sales', 'Account', id, { Description: company.text('word') }),
    );
}

/** Zendesk writes grades small, whoever sends them, and its description of the field does not say so. */
export async function written(request: Request): Promise<Request> {
  if (request.method === 'GET') return request;
  const text = await request.clone().text();
  const small = text.replaceAll(/"notes":"X(\d+)"/g, '"notes":"x$1"');
  const { url, method, headers } = request;
  return small === text ? request : new Request(url, { method, headers, body: small });
}
