import type { Row } from '../journeys/harness.ts';
import type { Company } from './company.ts';

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

function invalidSession(): Row {
  return { message: 'Session expired or invalid', errorCode: 'INVALID_SESSION_ID' };
}

function overLimit(): Row {
  return { message: 'TotalRequests Limit exceeded.', errorCode: 'REQUEST_LIMIT_EXCEEDED' };
}

/** Something goes wrong at a vendor, once or twice. */
export async function trouble(company: Company): Promise<void> {
  const found = company.pick(faults);
  if (!found) return;
  const [host, fault] = found;
  company.tell(`! ${host}: ${JSON.stringify(fault)}`);
  company.counts.faults += 1;
  if (fault.do === 'lose-answer' || fault.do === 'cut') company.counts.lostAnswers += 1;
  await company.journey.control(host, 'POST', 'faults', fault);
}

/** How fast the vendors are in this story: jobs, lagging search and exports, sessions that end. */
export async function temper(company: Company): Promise<void> {
  const jobMs = company.pick([0, 3000, [2000, 40_000]]) ?? 0;
  const searchLagMs = company.pick([0, 30_000, 90_000]) ?? 0;
  const sessionMs = company.pick([7_200_000, 20_000]) ?? 7_200_000;
  const commitDelayMs = company.pick([0, [0, 2000]]) ?? 0;
  company.tell(`vendors: ${JSON.stringify({ jobMs, searchLagMs, sessionMs, commitDelayMs })}`);
  await company.journey.control('support', 'PUT', 'settings', { jobMs, searchLagMs });
  await company.journey.control('sales', 'PUT', 'settings', { sessionMs, commitDelayMs });
}

/** The vendors do nothing more to us. */
export async function calm(company: Company): Promise<void> {
  for (const host of ['sales', 'support'] as const) await company.journey.control(host, 'DELETE', 'faults');
}
