/**
 * What makes a create safe when its answer is lost (docs/sync-spec.md has the table): a key that the vendor keeps unique, a name that it
 * keeps unique, or a trace of what our own user created since.
 */
export interface Rung {
  readonly name: string;
  /** Added to the sync `accounts` of the config. */
  readonly sync: Readonly<Record<string, unknown>>;
  readonly from: 'crm' | 'desk';
  /** True where `doctor --install keys` is run before the load. */
  readonly keys: boolean;
  /** The mark that a record made by us carries, given the id of the record that it was made for; null: none. */
  readonly markOf: (id: string) => RegExp | null;
}

/** A criterion that meets no record of the load, so that nothing but the rung itself stands between a crash and a duplicate. */
const match = [{ crm: 'AccountNumber', desk: 'external_id' }];

export const rungs: readonly Rung[] = [
  {
    name: 'keyed',
    sync: { mark: 'auto' },
    from: 'crm',
    keys: false,
    markOf: (id) => new RegExp(`^${id}$`),
  },
  { name: 'natural', sync: { mark: 'off' }, from: 'crm', keys: false, markOf: () => null },
  {
    name: 'salesforce-keyed',
    sync: { direction: 'desk-to-crm', match },
    from: 'desk',
    keys: true,
    markOf: (id) => new RegExp(`^zendesk:.+:${id}$`),
  },
  {
    name: 'salesforce-traced',
    sync: { direction: 'desk-to-crm', match },
    from: 'desk',
    keys: false,
    markOf: () => null,
  },
];

export function rungNamed(name: string): Rung {
  const rung = rungs.find((each) => each.name === name);
  if (rung === undefined) throw new Error(`no rung ${name}; there are ${rungs.map((each) => each.name).join(', ')}`);
  return rung;
}
