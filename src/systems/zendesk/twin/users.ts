import type { Account, Doer } from './account.ts';
import { isAddress, settle } from './identities.ts';
import { flagOf, idOf, isList, isObject, type Json, type JsonObject, sameJson, tagsOf, textOf } from './json.ts';
import { addMembership, replaceMemberships } from './memberships.ts';
import { fold } from './organization-store.ts';
import { externalIdOf, type Ignored, sameFields } from './organizations.ts';
import { writeProfile } from './profile-values.ts';
import type { Identity, Role, User } from './records.ts';
import { forbidden, invalid } from './refusal.ts';
import type { Seconds } from './stamps.ts';
import type { Complaint } from './texts.ts';
import { localeIds, newUser } from './user-body.ts';

const roles: readonly Role[] = ['end-user', 'agent', 'admin'];
/** Users as the vendor keeps them. Source: Zendesk, "Users" (API reference). */
export function createUser(
  account: Account,
  doer: Doer,
  body: JsonObject,
  ignored: Ignored = () => {},
  stamps: { readonly created?: Seconds; readonly updated?: Seconds } = {},
): User {
  const created = stamps.created ?? account.now;
  const empty = { ...newUser, created, updated: stamps.updated ?? created, generated: stamps.updated ?? created };
  const written = write(account, doer, empty, body, ignored);
  const wanted = wantedIdentities(account, body, null, written.verified);
  const user: User = {
    ...written,
    id: account.newId(),
    email: wanted.find((identity) => identity.type === 'email')?.value ?? null,
    ticketRestriction: written.role === 'end-user' ? written.ticketRestriction : null,
  };
  const identities: Identity[] = [];
  for (const { type, value, verified } of wanted) {
    const primary = !identities.some((other) => other.type === type);
    const { id: userId } = user;
    // Written out, not spread: an object that grows takes a second piece of memory.
    const id = account.newId();
    identities.push({ id, userId, type, value, verified, primary, created, updated: created, method: null });
  }
  account.users.setIdentities(user.id, withPhone(account, user, identities));
  const organizationId = idOf(body.organization_id) ?? organizationByDomain(account, user);
  account.saveUser({ ...user, organizationId }, doer);
  if (organizationId !== null) replaceMemberships(account, doer, user, organizationId);
  return account.users.get(user.id) ?? user;
}

/** A write that changes nothing leaves the stamps alone. Writing an e-mail adds a secondary identity. */
export function updateUser(
  account: Account,
  doer: Doer,
  before: User,
  body: JsonObject,
  ignored: Ignored = () => {},
): User {
  if (doer.user.role !== 'admin' && before.role !== 'end-user' && doer.user.id !== before.id) throw forbidden();
  const written = write(account, doer, before, body, ignored);
  const verified = flagOf(body.verified);
  const added = wantedIdentities(account, body, before, verified ?? false);
  const organizationId = idOf(body.organization_id);
  const isMoved = organizationId !== undefined && organizationId !== before.organizationId;
  const isWiped = organizationId !== undefined && account.users.membershipsOf(before.id).length > 1;
  const mine = account.users.identitiesOf(before.id);
  const address = textOf(body.email)?.toLowerCase();
  const identities: readonly Identity[] = [
    ...mine.map((identity) => {
      const isMeant =
        address === undefined ? identity.type === 'email' && identity.primary : identity.value === address;
      return isMeant && verified !== undefined && verified !== identity.verified
        ? { ...identity, verified, updated: account.now }
        : identity;
    }),
    ...added.map((wanted) => ({
      ...wanted,
      id: account.newId(),
      userId: before.id,
      primary: !mine.some((other) => other.type === wanted.type && other.primary),
      created: account.now,
      updated: account.now,
      method: null,
    })),
  ];
  const withPhones = written.phone === before.phone ? identities : withPhone(account, written, identities);
  const keepsIdentities = sameJson(flat(mine), flat(withPhones));
  const isSame = isSameUser(before, written) && keepsIdentities && !isMoved && !isWiped;
  if (isSame && !account.switches.touchWithoutChange) return before;
  account.saveUser({ ...written, updated: account.now, generated: account.now }, doer);
  if (!keepsIdentities) settle(account, doer, written, withPhones);
  if (organizationId !== undefined) replaceMemberships(account, doer, written, organizationId);
  return account.users.get(before.id) ?? written;
}

/** Matches by external id, then by e-mail. Source: Zendesk, "Create or Update User". */
export function upsertUser(
  account: Account,
  doer: Doer,
  body: JsonObject,
  ignored: Ignored = () => {},
): { readonly user: User; readonly isNew: boolean } {
  const externalId = textOf(body.external_id) ?? null;
  const email = textOf(body.email) ?? null;
  const byExternalId = externalId === null ? undefined : account.users.withExternalId(externalId);
  const byEmail = email === null ? undefined : account.users.withIdentity('email', email);
  if (byExternalId !== undefined) {
    return { user: updateUser(account, doer, byExternalId, body, ignored), isNew: false };
  }
  if (byEmail === undefined) return { user: createUser(account, doer, body, ignored), isNew: true };
  const isOthers = externalId !== null && byEmail.externalId !== null;
  if (isOthers && account.switches.emailMatchOtherExternalId === '422') {
    throw invalid({ field: 'email', error: 'DuplicateValue', label: 'email', sentence: 'inUse', value: email ?? '' });
  }
  return { user: updateUser(account, doer, byEmail, body, ignored), isNew: false };
}

/** Soft: readable by id, found by nothing; e-mail and external id are free again. Tags and field values stay. */
export function deleteUser(account: Account, doer: Doer, before: User): User {
  if (doer.user.id === before.id || (doer.user.role !== 'admin' && before.role !== 'end-user')) throw forbidden();
  const open = account.desk.tickets.ofRequester(before.id).filter((ticket) => ticket.status !== 'closed');
  if (open.length > 0) {
    throw invalid({ field: 'base', error: 'InvalidValue', label: null, sentence: 'openRequests', value: open.length });
  }
  for (const membership of account.users.membershipsOf(before.id)) account.users.removeMembership(membership);
  account.users.setIdentities(before.id, []);
  const gone = { email: null, externalId: null, verified: false, active: false, organizationId: null };
  return account.saveUser({ ...before, ...gone, updated: account.now, generated: account.now }, doer);
}

/** Irreversible, and only after a soft delete. */
export function purgeUser(account: Account, doer: Doer, before: User): User {
  const scrubbed = { name: 'Permanently Deleted User', phone: null, tags: [], fields: {}, details: null, notes: null };
  const stamps = { updated: account.now, generated: account.now, purged: true };
  return account.saveUser({ ...before, ...scrubbed, alias: null, signature: null, ...stamps }, doer);
}

/** The winner takes identities, memberships and (by the listeners) tickets; its own profile stays. */
export function mergeUsers(account: Account, doer: Doer, loser: User, winner: User): User {
  if (loser.role !== 'end-user' || winner.role !== 'end-user' || loser.id === winner.id) throw forbidden();
  for (const ticket of account.desk.tickets.ofRequester(loser.id)) {
    account.saveTicket({ ...ticket, requesterId: winner.id, generated: account.now }, doer, null);
  }
  const theirs = account.users.identitiesOf(loser.id).map((identity) => ({
    ...identity,
    userId: winner.id,
    primary: false,
  }));
  const organizations = account.users.membershipsOf(loser.id).map((membership) => membership.organizationId);
  account.mergedInto.set(loser.id, winner.id);
  for (const membership of account.users.membershipsOf(loser.id)) account.users.removeMembership(membership);
  account.users.setIdentities(loser.id, []);
  const gone = { email: null, externalId: null, verified: false, active: false, organizationId: null };
  account.saveUser({ ...loser, ...gone, updated: account.now, generated: account.now }, doer);
  const mine = account.users.identitiesOf(winner.id);
  const merged = [...mine, ...theirs].map((identity, index, all) => ({
    ...identity,
    primary:
      identity.primary || !all.some((other, at) => other.type === identity.type && (other.primary || at < index)),
  }));
  settle(account, doer, winner, merged);
  for (const organizationId of organizations) {
    const has = account.users.membershipsOf(winner.id).some((mine) => mine.organizationId === organizationId);
    if (!has) addMembership(account, doer, account.users.get(winner.id) ?? winner, organizationId);
  }
  const after = account.users.get(winner.id) ?? winner;
  return account.saveUser({ ...after, updated: account.now, generated: account.now }, doer);
}

function write(account: Account, doer: Doer, before: User, body: JsonObject, ignored: Ignored): User {
  const profile = writeProfile(account, 'user', before, { tags: tagsOf(body.tags), fields: body.user_fields }, (key) =>
    ignored(`user_fields.${key}`),
  );
  const phone = textOf(body.phone);
  const after: User = {
    ...before,
    name: body.name === undefined ? before.name : (textOf(body.name) ?? ''),
    externalId: externalIdOf(body.external_id, before.externalId),
    // Writing null to the alias reads back as an empty text.
    alias: body.alias === undefined ? before.alias : (textOf(body.alias) ?? ''),
    timeZone: textOf(body.time_zone) ?? before.timeZone,
    locale: localeOf(body, before.locale),
    phone: phone === undefined ? before.phone : phone === '' ? null : phone,
    ...roleOf(doer, before, body),
    details: textOf(body.details) === undefined ? before.details : (textOf(body.details) ?? null),
    notes: textOf(body.notes) === undefined ? before.notes : (textOf(body.notes) ?? null),
    signature: textOf(body.signature) === undefined ? before.signature : (textOf(body.signature) ?? null),
    suspended: flagOf(body.suspended) ?? before.suspended,
    moderator: flagOf(body.moderator) ?? before.moderator,
    onlyPrivateComments: flagOf(body.only_private_comments) ?? before.onlyPrivateComments,
    ticketRestriction:
      body.ticket_restriction === undefined ? before.ticketRestriction : (textOf(body.ticket_restriction) ?? null),
    defaultGroupId: idOf(body.default_group_id) ?? before.defaultGroupId,
    verified: flagOf(body.verified) ?? before.verified,
    tags: profile.tags,
    fields: profile.fields,
  };
  const complaints = findComplaints(account, before, after, body);
  if (complaints.length > 0) throw invalid(...complaints);
  return { ...after, sharedPhone: sharedPhone(account, before, after) };
}

function findComplaints(account: Account, before: User, after: User, body: JsonObject): readonly Complaint[] {
  const complaints: Complaint[] = [];
  if (after.name === '') {
    complaints.push({ field: 'name', error: 'BlankValue', label: 'name', sentence: 'tooShort' });
  }
  const holder = after.externalId === null ? undefined : account.users.withExternalId(after.externalId);
  if (holder !== undefined && holder.id !== before.id) {
    complaints.push({ field: 'external_id', error: 'DuplicateValue', label: null, sentence: 'externalTaken' });
  }
  const email = textOf(body.email) ?? '';
  const owner = email === '' ? undefined : account.users.withIdentity('email', email);
  if (email !== '' && !isAddress(email)) {
    complaints.push({ field: 'email', error: 'InvalidFormat', label: 'email', sentence: 'notFormatted', value: email });
  } else if (owner !== undefined && owner.id !== before.id) {
    complaints.push({ field: 'email', error: 'DuplicateValue', label: 'email', sentence: 'inUse', value: email });
  }
  if (account.switches.phoneValidation && after.phone !== null && !/^\+[1-9]\d{6,14}$/.test(after.phone)) {
    complaints.push({
      field: 'phone',
      error: 'InvalidFormat',
      label: 'phone',
      sentence: 'invalid',
      value: after.phone,
    });
  }
  const organizationId = idOf(body.organization_id) ?? null;
  if (organizationId !== null && account.organizations.get(organizationId) === undefined) {
    complaints.push({
      field: 'organization',
      error: 'InvalidValue',
      label: 'organization',
      sentence: 'invalid',
      value: organizationId,
    });
  }
  return complaints;
}

/** Only admins change roles; `end-user` together with a custom role makes an agent. */
function roleOf(doer: Doer, before: User, body: JsonObject): Pick<User, 'role' | 'customRoleId'> {
  const customRoleId = body.custom_role_id === undefined ? before.customRoleId : (idOf(body.custom_role_id) ?? null);
  const asked = textOf(body.role) ?? before.role;
  const role = roles.find((known) => known === asked);
  if (role === undefined) {
    throw invalid({ field: 'role', error: 'InvalidValue', label: 'role', sentence: 'notListed', value: asked });
  }
  const after = role === 'end-user' && body.custom_role_id !== undefined && customRoleId !== null ? 'agent' : role;
  if (after !== before.role && doer.user.role !== 'admin') throw forbidden();
  return { role: after, customRoleId: after === 'end-user' ? null : customRoleId };
}

function localeOf(body: JsonObject, before: string): string {
  const byId = Object.entries(localeIds).find(([, id]) => id === body.locale_id)?.[0];
  return textOf(body.locale) ?? byId ?? before;
}

interface WantedIdentity {
  readonly type: string;
  readonly value: string;
  readonly verified: boolean;
}

/** What a create or update adds: the e-mail if it is new, and on creates the listed identities. */
function wantedIdentities(
  account: Account,
  body: JsonObject,
  user: User | null,
  verified: boolean,
): readonly WantedIdentity[] {
  const wanted: WantedIdentity[] = [];
  const email = fold(textOf(body.email) ?? '');
  const isMine = user !== null && account.users.withIdentity('email', email)?.id === user.id;
  if (email !== '' && !isMine) wanted.push({ type: 'email', value: email, verified });
  if (user !== null || !isList(body.identities)) return wanted;
  for (const given of body.identities.filter(isObject)) {
    const type = textOf(given.type) ?? '';
    const value = fold(textOf(given.value) ?? '');
    if (value === '' || wanted.some((other) => other.type === type && other.value === value)) continue;
    if (account.users.withIdentity(type, value) !== undefined) {
      throw invalid({ field: 'value', error: 'DuplicateValue', label: 'value', sentence: 'inUse', value });
    }
    wanted.push({ type, value, verified: flagOf(given.verified) ?? verified });
  }
  return wanted;
}

/** A number that nobody else has is a direct line with an identity of its own, else it is shared. */
function sharedPhone(account: Account, before: User, after: User): boolean | null {
  if (after.phone === before.phone) return before.sharedPhone;
  if (after.phone === null) return null;
  const holder = account.users.withIdentity('phone_number', after.phone);
  return holder !== undefined && holder.id !== before.id;
}

function withPhone(account: Account, user: User, identities: readonly Identity[]): readonly Identity[] {
  const others = identities.filter((identity) => identity.type !== 'phone_number');
  if (user.phone === null || user.sharedPhone !== false) return others;
  const stamps = { created: account.now, updated: account.now, method: null };
  const phone = { type: 'phone_number', value: user.phone, verified: false, primary: true };
  return [...others, { id: account.newId(), userId: user.id, ...phone, ...stamps }];
}

/** New users with a verified address are mapped by its domain. */
function organizationByDomain(account: Account, user: User): number | null {
  const domain = user.verified ? user.email?.split('@')[1] : undefined;
  return domain === undefined ? null : (account.organizations.withDomain(domain)?.id ?? null);
}

function flat(identities: readonly Identity[]): Json {
  return identities.map((identity) => [identity.type, identity.value, identity.verified, identity.primary]);
}

function isSameUser(a: User, b: User): boolean {
  const { tags, fields, ...plain } = a;
  const { tags: otherTags, fields: otherFields, ...other } = b;
  return sameJson(plain, other) && sameJson(tags, otherTags) && sameFields(fields, otherFields);
}
