import type { Account } from './account.ts';
import type { Organization, User } from './records.ts';
import { isMatch, parseQuery, type Query, type Searched } from './search-query.ts';

/** What the index shows of users and organizations, with its lag. */
export function searchUsers(account: Account, text: string): readonly User[] {
  return matchingUsers(account, parseQuery(text));
}

export function matchingUsers(account: Account, query: Query): readonly User[] {
  const found: User[] = [];
  for (const user of account.search.users.values()) {
    const text = (): string =>
      [user.name, user.email, user.externalId, user.phone, user.notes, user.details, user.alias, ...user.tags].join(
        ' ',
      );
    if (isMatch(query, (name) => userField(account, user, name), text, account.now)) found.push(user);
  }
  return found;
}

function userField(account: Account, user: User, name: string): Searched | undefined {
  switch (name) {
    case 'name':
    case 'user':
      return { value: `${user.name} ${user.email ?? ''}`, isText: true };
    case 'email':
      return { value: account.users.identitiesOf(user.id).flatMap((one) => (one.type === 'email' ? [one.value] : [])) };
    case 'id':
      return { value: user.id };
    case 'external_id':
      return { value: user.externalId };
    case 'phone':
      return { value: user.phone };
    case 'role':
      return { value: user.role };
    case 'tags':
      return { value: user.tags };
    case 'notes':
      return { value: user.notes, isText: true };
    case 'details':
      return { value: user.details, isText: true };
    case 'organization':
    case 'organization_id':
      return {
        value: [user.organizationId, account.organizations.get(user.organizationId)?.name ?? null],
      };
    case 'suspended':
    case 'is_suspended':
      return { value: user.suspended };
    case 'is_verified':
      return { value: user.verified };
    default:
      return stampField(user, name) ?? customField(account, 'user', user.fields, name);
  }
}

export function matchingOrganizations(account: Account, query: Query): readonly Organization[] {
  const found: Organization[] = [];
  for (const record of account.search.organizations.values()) {
    const text = (): string =>
      [record.name, record.externalId, record.notes, record.details, ...record.domains, ...record.tags].join(' ');
    if (isMatch(query, (name) => organizationField(account, record, name), text, account.now)) found.push(record);
  }
  return found;
}

function organizationField(account: Account, record: Organization, name: string): Searched | undefined {
  switch (name) {
    case 'name':
    case 'organization':
      return { value: record.name, isText: true };
    case 'id':
      return { value: record.id };
    case 'external_id':
      return { value: record.externalId };
    case 'tags':
      return { value: record.tags };
    case 'domain_names':
      return { value: record.domains };
    case 'notes':
      return { value: record.notes, isText: true };
    case 'details':
      return { value: record.details, isText: true };
    default:
      return stampField(record, name) ?? customField(account, 'organization', record.fields, name);
  }
}

export function stampField(
  record: { readonly created: number; readonly updated: number },
  name: string,
): Searched | undefined {
  if (name === 'created' || name === 'created_at') return { value: record.created, isTime: true };
  if (name === 'updated' || name === 'updated_at') return { value: record.updated, isTime: true };
  return undefined;
}

function customField(
  account: Account,
  noun: 'user' | 'organization',
  values: User['fields'],
  name: string,
): Searched | undefined {
  const field = account.fields[noun].byKey(name);
  return field === undefined ? undefined : { value: values[name] ?? null };
}
