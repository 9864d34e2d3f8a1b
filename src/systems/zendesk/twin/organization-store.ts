import type { Organization } from './records.ts';
import { Table } from './table.ts';
import { Timeline } from './timeline.ts';

/** Organizations with what they are found by. Deleted ones stay (the export shows them), outside all look-ups. */
export class OrganizationStore {
  readonly table = new Table<Organization>();
  readonly timeline = new Timeline((id) => this.table.get(id)?.generated);
  /** Several under one name only where the race over names was lost. */
  readonly #byName = new Map<string, readonly number[]>();
  readonly #byExternalId = new Map<string, number>();
  readonly #byDomain = new Map<string, readonly number[]>();
  #live = 0;

  get live(): number {
    return this.#live;
  }

  /** One that is not deleted. */
  get(id: number | null | undefined): Organization | undefined {
    const found = this.table.get(id);
    return found?.deleted === null ? found : undefined;
  }

  named(name: string): readonly Organization[] {
    return this.#resolve(this.#byName.get(fold(name)));
  }

  withExternalId(externalId: string): Organization | undefined {
    return this.get(this.#byExternalId.get(fold(externalId)));
  }

  /** The first organization that claims a mail domain. */
  withDomain(domain: string): Organization | undefined {
    return this.#resolve(this.#byDomain.get(fold(domain)))[0];
  }

  put(after: Organization): Organization {
    const before = this.table.get(after.id);
    if (before?.deleted === null) this.#index(before, drop);
    this.table.put(after);
    this.timeline.add(after.generated, after.id, before === undefined);
    if (after.deleted === null) this.#index(after, add);
    return after;
  }

  #index(record: Organization, change: typeof add): void {
    this.#live += change === add ? 1 : -1;
    change(this.#byName, fold(record.name), record.id);
    for (const domain of record.domains) change(this.#byDomain, fold(domain), record.id);
    if (record.externalId === null) return;
    if (change === add) this.#byExternalId.set(fold(record.externalId), record.id);
    else this.#byExternalId.delete(fold(record.externalId));
  }

  #resolve(ids: readonly number[] | undefined): readonly Organization[] {
    return (ids ?? []).map((id) => this.get(id)).filter((found) => found !== undefined);
  }
}

/** Names and external ids are compared without case. */
export function fold(text: string): string {
  return text.toLowerCase();
}

function add(index: Map<string, readonly number[]>, key: string, id: number): void {
  const there = index.get(key);
  index.set(key, there === undefined ? [id] : [...there, id]);
}

function drop(index: Map<string, readonly number[]>, key: string, id: number): void {
  const left = (index.get(key) ?? []).filter((other) => other !== id);
  if (left.length === 0) index.delete(key);
  else index.set(key, left);
}
