import { must } from './bulk.ts';
import { type Answer, type Call, ok, type Route } from './call.ts';
import { jobBody } from './job-book.ts';
import { listRows, page } from './paging.ts';

/** Source: Zendesk, "Job statuses". */
export const jobRoutes: readonly Route[] = [
  { method: 'GET', path: 'job_statuses', handle: list, role: 'agent' },
  { method: 'GET', path: 'job_statuses/show_many', handle: showMany, role: 'agent' },
  { method: 'GET', path: 'job_statuses/:id', handle: show, role: 'agent' },
];

function list(call: Call): Answer {
  const { account, base } = call;
  const rows = listRows(account.jobs.list(account.nowMs), 'id', (job) => [job.id]);
  return ok(page(call, { name: 'job_statuses', rows, draw: (job) => jobBody(job, base, account.nowMs) }));
}

function show(call: Call): Answer {
  const { account, base } = call;
  const job = must(account.jobs.find(call.params.id ?? '', account.nowMs));
  return ok({ job_status: jobBody(job, base, account.nowMs) });
}

/** What is not known is left out. */
function showMany(call: Call): Answer {
  const { account, base } = call;
  const jobs = (call.words('ids') ?? []).map((id) => account.jobs.find(id, account.nowMs));
  const found = jobs.filter((job) => job !== undefined).map((job) => jobBody(job, base, account.nowMs));
  return ok({ job_statuses: found, count: found.length, next_page: null, previous_page: null });
}
