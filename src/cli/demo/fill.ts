import { z } from 'zod';
import type { Twin } from '../../twins/twin.ts';
import { control } from '../twins.ts';
import { accounts, organizationFields, organizations } from './sample/companies.ts';
import { contacts, type DeskUser, knownAddresses, leads, users } from './sample/people.ts';
import { newcomer, ticketsOf } from './sample/tickets.ts';

type Row = Readonly<Record<string, unknown>>;

/** Companies before those that belong to them, and people after the companies. */
export async function fillSalesforce(twin: Twin): Promise<void> {
  const ids = new Map<string, string>();
  let left = accounts;
  while (left.length > 0) {
    const ready = left.filter(({ parent }) => parent === null || ids.has(parent));
    if (ready.length === 0) throw new Error(`No account is the parent of ${left[0]?.Name}.`);
    const rows = ready.map(({ parent, ...row }) => ({ ...row, ParentId: ids.get(parent ?? '') ?? null }));
    const made = await seed(twin, 'Account', rows);
    for (const [i, { Name }] of ready.entries()) ids.set(Name, made[i] ?? '');
    left = left.filter(({ Name }) => !ids.has(Name));
  }
  const people = contacts.map(({ account, ...row }) => ({ ...row, AccountId: ids.get(account ?? '') ?? null }));
  await seed(twin, 'Contact', people);
  await seed(twin, 'Lead', leads);
}

/** Everything is months old: Zendesk shows what is younger than a minute to nobody, and the first load would wait for it. */
export async function fillZendesk(twin: Twin, now: number): Promise<void> {
  const created_at = new Date(now - 120 * 86_400_000).toISOString().replace(/\.\d+/, '');
  await control(twin, 'PUT', 'schema', { organization: { fields: organizationFields } });
  const made = await seed(
    twin,
    'organization',
    [...organizations, newcomer.organization].map((row) => ({ ...row, created_at })),
  );
  const ids = new Map([...organizations, newcomer.organization].map(({ name }, i) => [name, made[i] ?? null]));
  const rowOf = ({ name, email, organization, role, phone, further }: DeskUser): Row => ({
    name,
    email,
    role: role ?? 'end-user',
    created_at,
    verified: true,
    ...(phone === undefined ? {} : { phone }),
    ...(organization === undefined ? {} : { organization_id: ids.get(organization) }),
    identities: (further ?? []).map((value) => ({ type: 'email', value })),
  });
  const everybody: readonly DeskUser[] = [...users, newcomer.user];
  const winners = await seed(twin, 'user', everybody.map(rowOf));
  for (const [i, { merged }] of users.entries()) {
    if (merged === undefined) continue;
    const [loser] = await seed(twin, 'user', [rowOf(merged)]);
    await control(twin, 'POST', `records/user/${loser}/merge`, { into: winners[i] ?? null });
  }
  const idOf = new Map(everybody.map(({ email }, i) => [email, Number(winners[i])]));
  const agent = idOf.get(users.find(({ role }) => role === 'agent')?.email ?? '');
  const all = ticketsOf(knownAddresses);
  const tickets = await seed(
    twin,
    'ticket',
    all.map(({ from, channel, isSpam: _, ...row }) => ({
      ...row,
      created_at,
      requester_id: idOf.get(from),
      via: { channel },
      ...(row.status === 'new' ? {} : { assignee_id: agent }),
    })),
  );
  for (const [i, { isSpam }] of all.entries())
    if (isSpam) await control(twin, 'DELETE', `records/ticket/${tickets[i]}`);
}

const seeded = z.record(z.string(), z.array(z.union([z.string(), z.number()]).transform(String)));

/** The ids of the new records, in their order. */
async function seed(twin: Twin, object: string, rows: readonly object[]): Promise<readonly string[]> {
  return seeded.parse(await control(twin, 'PUT', 'seed', { [object]: rows }))[object] ?? [];
}
