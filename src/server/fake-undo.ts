import type { ApplyReport } from '../app/app.ts';
import type { BlameEntry } from '../app/blame.ts';
import type { PlanHead } from '../app/plan/head.ts';
import type { PlanLine } from '../app/plan/lines.ts';

/* What the fake app answers of an undo, and of who set what. */

const none = { crm: 0, desk: 0 };

export const someUndo: ApplyReport = {
  run: 'run2',
  tookMs: 1_234,
  syncs: {
    accounts: {
      seen: 0,
      created: none,
      updated: { crm: 0, desk: 1 },
      removed: { crm: 0, desk: 1 },
      linked: 0,
      unchanged: 0,
      held: 2,
      failed: 0,
    },
  },
  calls: { sales: { read: 1, write: 0, login: 1 }, support: { read: 1, write: 2, login: 1 } },
  nextRetry: null,
  left: [
    {
      sync: 'accounts',
      link: 'link1',
      name: 'Account "Acme" (001A)',
      field: 'details',
      why: 'Organization "Acme" (4711) has details "Ships on Sundays", and Syncline had written "Ships on Fridays": it was changed since.',
    },
  ],
};

export const someUndoHead: PlanHead = {
  hash: 'b'.repeat(64),
  made: '2026-11-20T12:00:00.000Z',
  calls: { sales: { read: 1, write: 0 }, support: { read: 1, write: 2 } },
  seconds: 5,
  limits: [],
  rules: { accounts: 'rules1' },
  syncs: { accounts: { create: none, update: { crm: 0, desk: 1 }, remove: { crm: 0, desk: 1 }, link: 0, hold: 1 } },
  notes: [
    'accounts: what is removed at Zendesk (organization) is gone for good: Zendesk has no way for us to bring it back.',
  ],
  undo: '--run run1',
  doubles: [],
};

export const someUndoLines: readonly PlanLine[] = [
  {
    do: 'update',
    sync: 'accounts',
    link: 'link3',
    name: 'Account "Initech" (001E)',
    side: 'desk',
    object: 'organization',
    id: '4712',
    fields: { details: { from: 'Ships on Fridays', to: 'Ships on Mondays', rule: 'undo' } },
  },
  {
    do: 'remove',
    sync: 'accounts',
    link: 'link2',
    name: 'Account "Acme France" (001D)',
    side: 'desk',
    object: 'organization',
    id: '4713',
    fields: { name: { from: 'Acme France', to: null, rule: 'undo' } },
  },
  {
    do: 'hold',
    sync: 'accounts',
    link: 'link1',
    name: 'Account "Acme" (001A)',
    crm: '001A',
    desk: '4711',
    why: 'left',
    field: 'details',
    message:
      'Organization "Acme" (4711) has details "Ships on Sundays", and Syncline had written "Ships on Fridays": it was changed since.',
  },
];

const organization = { side: 'desk', connection: 'support', object: 'organization', id: '4711' } as const;

export const someBlame: readonly BlameEntry[] = [
  {
    ...organization,
    field: 'details',
    value: 'Ships on Sundays',
    setBy: 'elsewhere',
    changed: { by: 'agent-7', at: '2026-11-20T11:30:00.000Z' },
    write: null,
  },
  {
    ...organization,
    field: 'name',
    value: 'Acme Ltd',
    setBy: 'syncline',
    changed: { by: '005A', at: '2026-11-20T11:58:00.000Z' },
    write: {
      at: '2026-11-20T11:59:00.000Z',
      run: 'run1',
      sync: 'accounts',
      link: 'link1',
      rule: 'Name → name',
      cause: 'edit',
      before: 'Acme',
      after: 'Acme Ltd',
      from: { side: 'crm', connection: 'sales', object: 'Account', id: '001A' },
    },
  },
];
