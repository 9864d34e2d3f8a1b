import type { HistoryField } from '../../model/history.ts';
import { other, type Side } from '../../model/record.ts';
import { type Delta, isPointer, type Value } from '../../model/value.ts';
import type { Town } from './town.ts';

/** What becomes of one side of one link, field by field. */
export interface Written {
  readonly do: string;
  readonly fields: Readonly<
    Record<string, { readonly from: Value; readonly to: Value | Delta; readonly rule: string }>
  >;
}

/** By `LINK crm` and `LINK desk`. */
export type Writes = Readonly<Record<string, Written>>;

export function fieldsOf(before: Readonly<Record<string, HistoryField>>): Written['fields'] {
  const entries = Object.entries(before);
  return Object.fromEntries(
    entries.map(([field, each]) => [field, { from: each.before, to: each.after, rule: each.rule }]),
  );
}

/** Pointers as the ids that they stand for now; null where there is none. */
export async function resolved(town: Town, writes: Writes): Promise<Writes> {
  const result: Record<string, Written> = {};
  for (const [key, { do: verb, fields }] of Object.entries(writes)) {
    const side: Side = key.endsWith('crm') ? 'crm' : 'desk';
    const ids: Record<string, Written['fields'][string]> = {};
    for (const [name, field] of Object.entries(fields)) {
      const { to } = field;
      const isLink = typeof to === 'object' && to !== null && 'link' in to && isPointer(to);
      const [link] = isLink ? await town.store.links([to.link]) : [];
      ids[name] = isLink
        ? { ...field, to: link?.[field.rule === 'write-back' ? other(side) : side]?.id ?? null }
        : field;
    }
    result[key] = { do: verb, fields: ids };
  }
  return result;
}

export async function historyIds(town: Town): Promise<ReadonlySet<string>> {
  return new Set((await town.store.history({ limit: 10_000 })).map(({ id }) => id));
}

/** What was written since; a create and the updates that complete it are one. */
export async function writtenSince(town: Town, before: ReadonlySet<string>): Promise<Writes> {
  const rows = (await town.store.history({ limit: 10_000 })).filter(
    ({ id, do: verb, outcome }) => !before.has(id) && verb !== 'link' && outcome === 'ok',
  );
  const writes: Record<string, Written> = {};
  for (const { link, side, do: verb, fields } of rows.toReversed()) {
    const known = writes[`${link} ${side}`];
    const next = Object.entries(fieldsOf(fields)).map(([name, field]) => {
      const first = known?.fields[name];
      return [name, first ? { ...field, from: first.from } : field];
    });
    writes[`${link} ${side}`] = { do: known?.do ?? verb, fields: { ...known?.fields, ...Object.fromEntries(next) } };
  }
  return writes;
}
