import { z } from 'zod';

/** A record as a twin shows it, in the vendor's own fields. */
export type DemoRecord = Readonly<Record<string, unknown>>;
export const recordList: z.ZodType<readonly DemoRecord[]> = z.array(z.record(z.string(), z.unknown()));

/** What both twins hold at one moment; removed records are left out. */
export interface Towns {
  readonly accounts: readonly DemoRecord[];
  readonly contacts: readonly DemoRecord[];
  readonly leads: readonly DemoRecord[];
  readonly organizations: readonly DemoRecord[];
  readonly users: readonly DemoRecord[];
  /** E-mail addresses and telephone numbers of users, each with its `user_id`. */
  readonly identities: readonly DemoRecord[];
  readonly tickets: readonly DemoRecord[];
  readonly cases: readonly DemoRecord[];
}

export function textOf(record: DemoRecord, field: string): string {
  const value = record[field];
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}

/** A custom field of an organization. */
export function customOf(record: DemoRecord, key: string): string | null {
  const fields = z.record(z.string(), z.unknown()).safeParse(record.organization_fields);
  const value = fields.data?.[key];
  return typeof value === 'string' ? value : null;
}

/** Whether the user has this e-mail address, as the first or a further one. */
export function hasAddress({ identities }: Pick<Towns, 'identities'>, user: DemoRecord, address: string): boolean {
  const wanted = address.toLowerCase();
  const id = textOf(user, 'id');
  return identities.some(
    (identity) =>
      textOf(identity, 'user_id') === id &&
      textOf(identity, 'type') === 'email' &&
      textOf(identity, 'value').toLowerCase() === wanted,
  );
}
