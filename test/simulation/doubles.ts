import { z } from 'zod';
import type { Sent } from '../journeys/harness.ts';

/** What creates organizations or users at Zendesk, several in one call. */
const creating = z.object({
  organizations: z.array(z.object({ name: z.string() })).default([]),
  users: z.array(z.object({ email: z.string().optional() })).default([]),
});

/** One call that creates the same name or address twice: two records of ours have claimed one value. */
export function doublesIn(sent: readonly Sent[]): readonly string[] {
  return sent.flatMap(({ path, body }) => {
    if (!/create_many/.test(path)) return [];
    const { organizations, users } = creating.parse(body);
    const values = [...organizations.map(({ name }) => name), ...users.flatMap(({ email }) => email ?? [])];
    const plain = values.map((value) => value.trim().toLowerCase());
    const twice = plain.filter((value, i) => plain.indexOf(value) < i);
    return twice.map((value) => `I4 single: one call creates "${value}" twice`);
  });
}
