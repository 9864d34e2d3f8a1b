import type { Identity } from '../../model/connection.ts';
import { type Attempt, attempt } from '../kit/attempt.ts';
import type { Finding, Mapped } from '../kit/system.ts';
import type { Api } from './api.ts';
import { inspectObject } from './inspect-objects.ts';
import { quoted } from './soql.ts';
import { pick } from './values.ts';

export interface Inspecting {
  readonly api: Api;
  readonly who: () => Promise<Identity>;
  /** What the config says. */
  readonly environment: 'production' | 'sandbox';
  readonly mapped: Mapped;
}

/**
 * The live checks of a Salesforce connection. Each says what was found; a check that cannot be made says that. Keys are looked for on the
 * objects on which records are `created`.
 */
export async function inspectAccount(
  { api, who, environment, mapped }: Inspecting,
  objects: readonly string[],
  created: readonly string[],
): Promise<readonly Finding[]> {
  const identity = await attempt(who);
  const findings: Finding[] = [reachable(identity)];
  if (!identity.ok) return findings;
  findings.push(
    await environmentOf(api, identity.value, environment),
    await userKind(api, identity.value),
    await budget(api),
  );
  for (const object of new Set([...objects, ...created])) {
    findings.push(...(await inspectObject(api, object, created.includes(object), mapped[object] ?? [])));
  }
  return findings;
}

function reachable(identity: Attempt<Identity>): Finding {
  const check = 'api';
  if (identity.ok) return { check, ok: true, found: `The API answers for org ${identity.value.account}.`, fix: '' };
  const fix =
    identity.fault.kind === 'login'
      ? 'Check the app and its secret, that its user has "API Enabled", and that the edition includes the API (Professional needs the add-on).'
      : 'Check the address of the connection and try again.';
  return { check, ok: false, found: identity.fault.say, fix };
}

/** The org's own word, where it may be read; else what its hosts say. */
async function environmentOf(api: Api, identity: Identity, expected: 'production' | 'sandbox'): Promise<Finding> {
  const soql = 'SELECT Id, IsSandbox FROM Organization';
  const org = await attempt(() => api.query({ soql, all: false }, 'asking about the org'));
  const sandbox = org.ok ? org.value.records[0]?.IsSandbox : undefined;
  const found = typeof sandbox === 'boolean' ? (sandbox ? 'sandbox' : 'production') : identity.environment;
  const ok = found === expected;
  return {
    check: 'environment',
    ok,
    found: `Org ${identity.account} is a ${found} org.`,
    fix: ok ? '' : `The connection says ${expected}: correct it, or its address and credentials.`,
  };
}

/** A person's account ends with the person, and its edits cannot be told from ours. */
async function userKind(api: Api, identity: Identity): Promise<Finding> {
  const check = 'user';
  const soql = `SELECT Id, Name, Username, Profile.Name FROM User WHERE Id = ${quoted(identity.user)}`;
  const rows = await attempt(() => api.query({ soql, all: false }, 'asking about our user'));
  const row = rows.ok ? rows.value.records[0] : undefined;
  if (row === undefined) {
    return {
      check,
      ok: true,
      found: `We act as ${identity.userName}; what kind of user that is could not be read.`,
      fix: '',
    };
  }
  const profile = pick(row, 'Profile.Name');
  const username = String(pick(row, 'Username'));
  const admin = profile === 'System Administrator';
  const person = !machineLike.test(`${String(pick(row, 'Name'))} ${username}`);
  return {
    check,
    ok: !(admin && person),
    found: `We act as ${username}${typeof profile === 'string' ? `, profile ${profile}` : ''}.`,
    fix:
      admin && person
        ? 'Use a user of its own for the integration, with the rights that it needs, not a person’s administrator.'
        : '',
  };
}

/** Salesforce does not say whether a user is a person; names of machines as a rule do. */
const machineLike = /integrat|\bapi\b|sync|service|automat|\bbot\b|\bapp\b/i;

const enoughShare = 0.1;

async function budget(api: Api): Promise<Finding> {
  const check = 'budget';
  const limits = await attempt(() => api.limits());
  const daily = limits.ok ? limits.value.DailyApiRequests : undefined;
  if (!limits.ok) return { check, ok: false, found: limits.fault.say, fix: 'Try again later.' };
  if (daily === undefined)
    return { check, ok: true, found: 'Salesforce does not say how many requests are left today.', fix: '' };
  const ok = daily.Remaining >= daily.Max * enoughShare;
  const found = `${daily.Remaining} of ${daily.Max} API requests of the last 24 hours are left.`;
  return {
    check,
    ok,
    found,
    fix: ok ? '' : 'Poll less often, see what else uses the API (Setup, System Overview), or buy more requests.',
  };
}
