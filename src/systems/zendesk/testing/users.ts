import { z } from 'zod';
import type { Operation } from '../../../model/operation.ts';
import type { Fields } from '../../../model/value.ts';
import type { Desk } from '../testing.ts';

/** Users of the twin: made, seen and changed, for tests. */

export function createUser(name: string, mark: string | null, fields: Fields = {}): Operation {
  return { do: 'create', link: name, object: 'user', mark, fields: { name, ...fields } };
}

export function updateUser(id: string | undefined, fields: Extract<Operation, { do: 'update' }>['fields']): Operation {
  const ref = { connection: 'support', object: 'user', id: id ?? '' };
  return { do: 'update', link: ref.id, ref, expect: null, fields };
}

const ids = z.record(z.string(), z.array(z.union([z.string(), z.number()]).transform(String)));

export async function seed(there: Desk, object: string, records: readonly Record<string, unknown>[]) {
  return ids.parse(await there.control('PUT', '/seed', { [object]: records }))[object] ?? [];
}

export const people = (count: number, fields: Record<string, unknown> = {}) =>
  Array.from({ length: count }, (_, i) => ({ name: `User ${i}`, email: `user${i}@acme.test`, ...fields }));

const row = z.looseObject({ id: z.coerce.string(), user_id: z.coerce.string().optional() });

/** The twin's own records, as a person would see them. */
export async function records(there: Desk, object: string) {
  return z.array(row).parse(await there.control('GET', `/records/${object}`));
}

export async function user(there: Desk, id: string | undefined) {
  return (await records(there, 'user')).find((one) => one.id === id);
}

export async function identities(there: Desk, id: string | undefined) {
  const all = await records(there, 'identity');
  return all.filter((one) => one.user_id === id).map(({ type, value, primary }) => ({ type, value, primary }));
}

/** The organizations that a user belongs to, the default one first. */
export async function belongsTo(there: Desk, id: string | undefined) {
  const all = await records(there, 'organization_membership');
  const own = all.filter((one) => one.user_id === id);
  return own.toSorted((a, b) => Number(b.default) - Number(a.default)).map((one) => String(one.organization_id));
}
