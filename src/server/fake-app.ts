import type { App, HistoryEntry, HoldEntry, RunReport, StatusReport } from '../app/app.ts';

/** An App for tests: answers what it is given, keeps what it was asked. */
export interface FakeApp extends App {
  /** `check {"live":true}` */
  readonly asked: readonly string[];
  readonly closed: () => boolean;
}

export const someRun: RunReport = {
  run: 'run1',
  tookMs: 1_234,
  syncs: {
    accounts: {
      seen: 12,
      created: { crm: 0, desk: 9 },
      updated: { crm: 0, desk: 2 },
      removed: { crm: 0, desk: 0 },
      linked: 1,
      unchanged: 3,
      held: 0,
      failed: 0,
    },
  },
  calls: { sales: { read: 4, write: 0, login: 1 }, support: { read: 3, write: 2, login: 1 } },
  nextRetry: null,
};

export const someStatus: StatusReport = {
  syncs: {
    accounts: { mode: 'all', links: 12, due: 0, held: 1, failed: 0, lagMs: 2_100, paused: false, lastSweep: null },
  },
  connections: {
    sales: {
      account: '00D000000000001EAA',
      environment: 'production',
      budget: { used: 12, left: 99_988, refillsAt: '2026-11-21T00:00:00.000Z' },
      login: 'ok',
    },
    support: {
      account: null,
      environment: 'sandbox',
      budget: { used: 0, left: null, refillsAt: null },
      login: 'untried',
    },
  },
};

export const conflict: HoldEntry = {
  id: 'hold1',
  sync: 'accounts',
  link: 'link1',
  crm: { id: '001A', object: 'Account' },
  desk: { id: '4711', object: 'organization' },
  why: 'conflict',
  field: 'Description ↔ details',
  values: { crm: 'Ships on Mondays', desk: 'Ships on Fridays', base: null },
  message: 'Account Acme and organization Acme both changed Description ↔ details since they last agreed.',
  vendorCode: null,
  candidates: [],
  tries: 0,
  nextTry: null,
  since: '2026-11-20T11:57:00.000Z',
};

export const ambiguous: HoldEntry = {
  ...conflict,
  id: 'hold2',
  link: 'link2',
  desk: null,
  why: 'ambiguous',
  field: null,
  values: { crm: null, desk: null, base: null },
  message: 'Account Globex could be two organizations.',
  candidates: [
    { side: 'desk', id: '81', reason: 'name is globex' },
    { side: 'desk', id: '82', reason: 'name is globex' },
  ],
};

export const limited: HoldEntry = {
  ...conflict,
  id: 'fault1',
  why: 'limit',
  field: null,
  message: 'Zendesk asks to wait.',
  vendorCode: '429',
  tries: 2,
  nextTry: '2026-11-20T12:01:00.000Z',
};

export const someHistory: HistoryEntry = {
  id: 'entry1',
  at: '2026-11-20T11:59:00.000Z',
  run: 'run1',
  sync: 'accounts',
  link: 'link1',
  side: 'desk',
  do: 'update',
  record: '26155588965705',
  cause: 'edit',
  fields: {
    name: { before: 'Acme', after: 'Acme Ltd', rule: 'Name → name' },
    tags: { before: ['a'], after: { add: ['b'], drop: [] }, rule: 'Tags → tags' },
  },
  outcome: 'ok',
};

export function fakeApp(verbs: Partial<App> = {}): FakeApp {
  const asked: string[] = [];
  let closed = false;
  const note = <Answer>(verb: string, input: readonly unknown[], answer: () => Answer): Answer => {
    asked.push([verb, ...input.map((value) => JSON.stringify(value))].join(' '));
    return answer();
  };
  const answers: App = {
    check: async () => [],
    doctor: async () => [{ check: 'login', ok: true, found: 'sales answers', fix: '' }],
    run: async () => someRun,
    status: async () => someStatus,
    history: async () => [someHistory],
    holds: async () => [conflict, ambiguous],
    failures: async () => [limited],
    retry: async (ids) => ({ retried: ids?.length ?? 7 }),
    answer: async () => ({ answered: true }),
    pause: async () => undefined,
    resume: async () => undefined,
    close: async () => undefined,
    ...verbs,
  };
  return {
    asked,
    closed: () => closed,
    check: (options) => note('check', [options], () => answers.check(options)),
    doctor: (options) => note('doctor', [options], () => answers.doctor(options)),
    run: (options) => note('run', [options.syncs], () => answers.run(options)),
    status: () => note('status', [], () => answers.status()),
    history: (filter) => note('history', [filter], () => answers.history(filter)),
    holds: (filter) => note('holds', [filter], () => answers.holds(filter)),
    failures: (filter) => note('failures', [filter], () => answers.failures(filter)),
    retry: (ids) => note('retry', [ids], () => answers.retry(ids)),
    answer: (hold, answer) => note('answer', [hold, answer], () => answers.answer(hold, answer)),
    pause: (what) => note('pause', [what], () => answers.pause(what)),
    resume: (what) => note('resume', [what], () => answers.resume(what)),
    close: async () => {
      closed = true;
      await answers.close();
    },
  };
}
