import type {
  AdoptReport,
  App,
  HistoryEntry,
  HoldEntry,
  RunOptions,
  RunReport,
  StandingEntry,
  StatusReport,
} from '../app/app.ts';
import type { LoginReport } from '../app/login.ts';
import type { PlanHead } from '../app/plan/head.ts';
import type { PlanLine } from '../app/plan/lines.ts';
import { someSweep } from './fake-sweep.ts';
import { someBlame, someUndo, someUndoHead, someUndoLines } from './fake-undo.ts';

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
    accounts: {
      mode: 'all',
      links: 12,
      due: 0,
      held: 1,
      failed: 0,
      lagMs: 2_100,
      paused: false,
      connections: ['sales', 'support'],
      lastSweep: null,
    },
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
  changed: {
    crm: { by: '005A', at: '2026-11-20T11:55:00.000Z' },
    desk: { by: null, at: '2026-11-20T11:56:00.000Z' },
  },
  offers: [
    { say: 'desk', means: 'Take the desk’s value', default: true, always: true },
    { say: 'crm', means: 'Take the CRM’s value', always: true },
    { say: 'value', means: 'Set both to another value' },
    { say: 'skip', means: 'Both stay as they are' },
  ],
  message: 'Account Acme and organization Acme both changed Description ↔ details since they last agreed.',
  vendorCode: null,
  candidates: [],
  tries: 0,
  nextTry: null,
  since: '2026-11-20T11:57:00.000Z',
};

export const someStanding: StandingEntry = {
  id: 'answer1',
  sync: 'accounts',
  why: 'conflict',
  field: 'Description ↔ details',
  from: null,
  value: null,
  answer: { say: 'crm', always: true },
  since: '2026-11-20T11:57:00.000Z',
};

export const ambiguous: HoldEntry = {
  ...conflict,
  changed: null,
  offers: [
    { say: 'skip', means: 'Leave it as it is', default: true, always: true },
    { say: 'candidate', id: '81', means: 'Link it with 81 on desk' },
    { say: 'candidate', id: '82', means: 'Link it with 82 on desk' },
    { say: 'create', means: 'It is none of them: create a new record', always: true },
  ],
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
  changed: null,
  offers: [],
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

export const someHead: PlanHead = {
  hash: 'a'.repeat(64),
  made: '2026-11-20T12:00:00.000Z',
  syncs: {
    accounts: {
      create: { crm: 0, desk: 2 },
      update: { crm: 0, desk: 1 },
      remove: { crm: 0, desk: 0 },
      link: 1,
      hold: 1,
    },
  },
  calls: { sales: { read: 1, write: 0 }, support: { read: 2, write: 3 } },
  seconds: 240,
  limits: [{ connection: 'support', limit: '30 jobs at a time', seconds: 240 }],
  rules: { accounts: 'rules1' },
  notes: ['accounts: what is created at support (organization) carries our key in external_id.'],
  doubles: [
    {
      sync: 'accounts',
      side: 'crm',
      field: 'Name',
      values: 3,
      examples: [{ value: 'globex', records: ['001B', '001C'] }],
    },
  ],
};

const acme = { sync: 'accounts', link: 'link1', name: 'Account "Acme" (001A)' };
const subsidiary = { sync: 'accounts', link: 'link2', name: 'Account "Acme France" (001D)' };

export const someLines: readonly PlanLine[] = [
  {
    do: 'create',
    ...acme,
    side: 'desk',
    object: 'organization',
    id: null,
    fields: { name: { from: null, to: 'Acme', rule: 'Name → name' } },
  },
  {
    do: 'create',
    ...subsidiary,
    side: 'desk',
    object: 'organization',
    id: null,
    fields: {
      name: { from: null, to: 'Acme France', rule: 'Name → name' },
      'organization_fields.parent': {
        from: null,
        to: { link: 'link1' },
        rule: 'ParentId → organization_fields.parent',
      },
    },
  },
  { do: 'link', sync: 'accounts', link: 'link3', name: 'Account "Initech" (001E)', crm: '001E', desk: '4711' },
  {
    do: 'update',
    sync: 'accounts',
    link: 'link3',
    name: 'Account "Initech" (001E)',
    side: 'desk',
    object: 'organization',
    id: '4711',
    fields: { details: { from: 'Ships on Mondays', to: 'Ships on Fridays', rule: 'Description → details' } },
  },
  {
    do: 'hold',
    sync: 'accounts',
    link: 'link4',
    name: 'Account "Globex" (001B)',
    crm: '001B',
    desk: null,
    why: 'ambiguous',
    field: null,
    message: 'Account "Globex" (001B): its Name matches name "globex" of 2 records. Choose one.',
  },
];

export const someAdoption: AdoptReport = {
  named: 12,
  linked: 9,
  already: 2,
  left: [{ id: '001A', named: '4711', why: 'organization "Acme" (4711) is already linked' }],
  leftCount: 1,
};

export const someLogin: LoginReport = {
  connection: 'sales',
  system: 'salesforce',
  account: '00D000000000001EAA',
  environment: 'production',
  user: 'integration@acme.example',
};

/** Texts one by one, as they are asked for. */
export async function* textsOf(lines: readonly unknown[]): AsyncGenerator<string> {
  for (const line of lines) yield JSON.stringify(line);
}

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
    preview: (_, take) => take(someHead, textsOf(someLines)),
    apply: async (_, lines) => {
      const left = [];
      for await (const line of lines) left.push({ sync: 'accounts', link: 'link1', name: line, why: 'it was read' });
      return { ...someRun, left };
    },
    undo: async () => someUndo,
    previewUndo: (_, take) => take(someUndoHead, textsOf(someUndoLines)),
    link: async () => ({ link: 'link1' }),
    unlink: async () => undefined,
    adopt: async () => someAdoption,
    beginLogin: async ({ state }) => ({
      address: `https://login.example.com/authorize?state=${state}`,
      label: 'Salesforce',
    }),
    endLogin: async ({ connection }) => ({ ...someLogin, connection }),
    sweep: async () => someSweep,
    status: async () => someStatus,
    history: async () => [someHistory],
    blame: async () => someBlame,
    holds: async () => [conflict, ambiguous],
    failures: async () => [limited],
    retry: async (ids) => ({ retried: ids?.length ?? 7 }),
    answer: async () => ({ answered: true }),
    answers: async () => [someStanding],
    forget: async () => undefined,
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
    run: (options) => note('run', chosen(options), () => answers.run(options)),
    preview: (options, take) => note('preview', chosen(options), () => answers.preview(options, take)),
    apply: (options, lines) => note('apply', [], () => answers.apply(options, lines)),
    undo: ({ onProgress: _, signal: __, ...scope }) => note('undo', [scope], () => answers.undo(scope)),
    previewUndo: ({ onProgress: _, signal: __, ...scope }, take) =>
      note('previewUndo', [scope], () => answers.previewUndo(scope, take)),
    link: (what) => note('link', [what], () => answers.link(what)),
    unlink: (link) => note('unlink', [link], () => answers.unlink(link)),
    adopt: ({ sync, from, ...how }) => note('adopt', [sync, from], () => answers.adopt({ sync, from, ...how })),
    beginLogin: (consent) => note('beginLogin', [consent.connection], () => answers.beginLogin(consent)),
    endLogin: (ask) => note('endLogin', [ask.connection, ask.back], () => answers.endLogin(ask)),
    sweep: ({ syncs, ...how }) => note('sweep', [syncs], () => answers.sweep({ syncs, ...how })),
    status: () => note('status', [], () => answers.status()),
    history: (filter) => note('history', [filter], () => answers.history(filter)),
    blame: (asked) => note('blame', [asked], () => answers.blame(asked)),
    holds: (filter) => note('holds', [filter], () => answers.holds(filter)),
    failures: (filter) => note('failures', [filter], () => answers.failures(filter)),
    retry: (ids) => note('retry', [ids], () => answers.retry(ids)),
    answer: (hold, answer) => note('answer', [hold, answer], () => answers.answer(hold, answer)),
    answers: () => note('answers', [], () => answers.answers()),
    forget: (answer) => note('forget', [answer], () => answers.forget(answer)),
    pause: (what) => note('pause', [what], () => answers.pause(what)),
    resume: (what) => note('resume', [what], () => answers.resume(what)),
    close: async () => {
      closed = true;
      await answers.close();
    },
  };
}

/** The syncs, and what else was chosen of them where something was. */
function chosen({ syncs, ids, count, record }: RunOptions): readonly unknown[] {
  const rest = Object.entries({ ids, count, record }).filter(([, value]) => value !== undefined);
  return rest.length === 0 ? [syncs] : [syncs, Object.fromEntries(rest)];
}
