import { type Fault, FaultError } from '../../model/fault.ts';
import type { Option } from '../../model/object-type.ts';
import { attempt } from '../kit/attempt.ts';
import type { ChoiceRow } from './answers.ts';
import type { Choice } from './collection.ts';
import type { ZendeskWire } from './wire.ts';

/**
 * The few things of an account that tickets name by id: brands, forms, ticket statuses. Each list is read once for a connection and kept;
 * an id that is not in it makes it read once more. An account without such a list (forms come with the larger plans) has none of them.
 * Source: Zendesk API reference, topics "Brands", "Ticket Forms" and "Custom Ticket Statuses".
 */
export interface NameBook {
  /** Everything that is in a list now, as options of the field. */
  options(choice: Choice): Promise<readonly Option[]>;
  /** Names by id, as far as they are known; `ids` are those that somebody needs. */
  namesOf(choice: Choice, ids: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

export function createNameBook(wire: Pick<ZendeskWire, 'choices'>): NameBook {
  const known = new Map<string, ReadonlyMap<string, string>>();
  /** Ids for which a list was read in vain: something deleted, of which old tickets still tell. */
  const missing = new Set<string>();

  async function read({ list }: Choice): Promise<readonly ChoiceRow[]> {
    const asked = await attempt(() => allOf(wire, list));
    if (!asked.ok && !hasNone(asked.fault)) throw new FaultError(asked.fault);
    const rows = asked.ok ? asked.value : [];
    known.set(list, new Map(rows.map((row) => [row.id, labelOf(row)])));
    return rows;
  }

  return {
    async options(choice) {
      const rows = await read(choice);
      return rows.map((row) => ({ value: row.id, label: labelOf(row), active: row.active !== false }));
    },
    async namesOf(choice, ids) {
      const wanted = ids.filter((id) => !missing.has(`${choice.list} ${id}`));
      if (wanted.some((id) => known.get(choice.list)?.has(id) !== true)) await read(choice);
      const names = known.get(choice.list) ?? new Map();
      for (const id of wanted) if (!names.has(id)) missing.add(`${choice.list} ${id}`);
      return names;
    },
  };
}

async function allOf(wire: Pick<ZendeskWire, 'choices'>, list: string): Promise<readonly ChoiceRow[]> {
  const rows: ChoiceRow[] = [];
  for (let page = 1; ; page++) {
    const found = await wire.choices(list, page);
    rows.push(...found.rows);
    if (!found.more) return rows;
  }
}

/** Closed to the user, or not there in this plan. */
function hasNone({ kind, code }: Fault): boolean {
  return kind === 'refused' || kind === 'gone' || code === 'InvalidEndpoint';
}

/** What agents call it. */
function labelOf({ agent_label, name, id }: ChoiceRow): string {
  return agent_label ?? name ?? id;
}
