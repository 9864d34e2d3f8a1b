import type { Fault } from '../../model/fault.ts';
import type { Operation, Outcome } from '../../model/operation.ts';
import { type Delta, isBlank, type Value } from '../../model/value.ts';
import { type Attempt, attempt } from '../kit/attempt.ts';
import type { RecordRow } from './answers.ts';
import { collectionOf, users } from './collection.ts';
import { taken } from './faults.ts';
import { isDelta } from './operations.ts';
import type { Member } from './people-wire.ts';
import { byIds } from './reading.ts';
import type { Session } from './session.ts';
import { sideBySide } from './side-by-side.ts';
import { folded } from './values.ts';

/**
 * What an update of a user cannot carry itself, because it would take something away: `organization_id` there ends all other memberships,
 * and `phone` replaces the number that is shown. So a new organization becomes a membership that is made the default one, and a
 * further number an identity. Every step may be repeated: what is done already is seen and left alone.
 * Source: Zendesk API reference, topics "Users", "Organization Memberships", "User Identities".
 */
export interface Further {
  readonly user: string;
  readonly organization: string | null;
  readonly phone: string | null;
}

export function furtherOf(operation: Operation): Further | null {
  if (operation.do !== 'update' || operation.ref.object !== users.object) return null;
  const { organization_id: organization = null, phone = null } = operation.fields;
  const further = {
    user: operation.ref.id,
    organization: typeof organization === 'string' && organization !== '' ? organization : null,
    phone: typeof phone === 'string' && phone !== '' ? phone : null,
  };
  return further.organization === null && further.phone === null ? null : further;
}

/** What is never sent, told before anything is. */
export function refusalOf(operation: Operation): Fault | null {
  if (operation.do !== 'update') return null;
  const kept = Object.entries(collectionOf(operation.ref.object)?.keeps ?? {});
  const [field, say] = kept.find(([name]) => empties(operation.fields[name])) ?? [];
  return field === undefined || say === undefined ? null : { kind: 'refused', say, fields: [field] };
}

function empties(value: Value | Delta | undefined): boolean {
  return value !== undefined && !isDelta(value) && isBlank(value);
}

/** The fields of an update that its own call leaves out. `shown` is how the user looked just before, where a phone number is written. */
export function leftOut(operation: Operation, shown: RecordRow | undefined): ReadonlySet<string> {
  const further = furtherOf(operation);
  const left = new Set<string>();
  if (further?.organization) left.add('organization_id');
  // The first number of a user is no further one.
  if (further?.phone && typeof shown?.phone === 'string' && shown.phone !== '') left.add('phone');
  return left;
}

/**
 * Does what is left to do for these users; null where all is done, else what stands in the way, in their order. One read says of all of
 * them what is done already. `joined`: a job has made the memberships that could be made.
 */
export async function carryOut(
  session: Session,
  todo: readonly Further[],
  joined: boolean,
  until: number,
): Promise<readonly (Fault | null)[]> {
  const read = await attempt(async () => {
    const rows = await byIds(
      session,
      users,
      todo.map(({ user }) => user),
    );
    return new Map(rows.filter((row) => users.goneAs(row) === null).map((row) => [row.id, row]));
  });
  if (!read.ok) return todo.map(() => read.fault);
  return sideBySide(todo, async (further): Promise<Fault | null> => {
    const row = read.value.get(further.user);
    if (row === undefined) return { kind: 'gone', say: 'Zendesk has no such user.' };
    return carryOutOne(session, further, row, joined, until);
  });
}

/** The same for one user; `shown`: how it looks now, where that is known. */
export async function carryOutOne(
  session: Session,
  { user, organization, phone }: Further,
  shown: Readonly<Record<string, unknown>>,
  joined: boolean,
  until: number,
): Promise<Fault | null> {
  if (organization !== null && String(shown.organization_id) !== organization) {
    const moved = await moveIn(session, { user, organization }, joined, until);
    if (!moved.ok) return about('organization_id', moved.fault);
  }
  if (phone !== null && digits(shown.phone) !== digits(phone)) {
    const added = await addPhone(session, user, phone, until);
    if (!added.ok) return about('phone', added.fault);
  }
  return null;
}

/** Makes the organization the user's default one, by the membership that is there or by a new one. */
async function moveIn(session: Session, member: Member, joined: boolean, until: number): Promise<Attempt<void>> {
  const { wire } = session;
  const makeDefault = () => attempt(() => wire.makeDefault(member, until));
  if (joined) {
    const made = await makeDefault();
    if (made.ok || made.fault.kind !== 'gone') return made;
  }
  const entered = await attempt(() => wire.join(member, until));
  if (entered.ok) return entered.value ? { ok: true, value: undefined } : makeDefault();
  return entered.fault.code === taken ? makeDefault() : entered;
}

/** A number that is taken may be taken by this very user, by a call whose answer was lost. */
async function addPhone(session: Session, user: string, phone: string, until: number): Promise<Attempt<void>> {
  const added = await attempt(() => session.wire.addPhone(user, phone, until));
  if (added.ok || added.fault.code !== taken) return added;
  const identities = await attempt(() => session.wire.identities(user));
  const ours = identities.ok && identities.value.some(({ value }) => digits(value) === digits(phone));
  return ours ? { ok: true, value: undefined } : added;
}

/** Numbers as Zendesk may write them differently: the same digits. */
function digits(phone: unknown): string {
  return folded(phone).replace(/\D/g, '');
}

/** What Zendesk has against this one step, in our name for the field; the rest of the record was written. */
function about(field: string, fault: Fault): Fault {
  const refused = fault.kind === 'refused' || fault.kind === 'stale' || fault.kind === 'gone';
  return refused ? { ...fault, kind: 'refused', fields: [field] } : fault;
}

/** The outcome of an update that was written with all that belongs to it. */
export function completed(outcome: Outcome, fault: Fault | null): Outcome {
  if (fault !== null) return { ok: false, fault };
  // Further calls have changed the record since its own one told how it looks.
  return outcome.ok ? { ok: true, id: outcome.id, version: null, now: null } : outcome;
}
