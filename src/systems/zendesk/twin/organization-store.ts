import { IdIndex } from './id-index.ts';
import type { Organization } from './records.ts';
import { Table } from './table.ts';
import { Timeline } from './timeline.ts';

/** Organizations with what they are found by. Deleted ones stay (the export shows them), outside all look-ups. */
export class OrganizationStore {
  readonly table = new Table<Organization>();
  readonly timeline = new Timeline((id) => this.table.get(id)?.generated);
  /** Several under one name only where the race over names was lost. */
  readonly #byName = new IdIndex<string>();
  readonly #byExternalId = new Map<string, number>();
  readonly #byDomain = new IdIndex<string>();
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
    if (before?.deleted === null) this.#drop(before);
    this.table.put(after);
    this.timeline.add(after.generated, after.id, before === undefined);
    if (after.deleted === null) this.#add(after);
    return after;
  }

  #add(record: Organization): void {
    this.#live++;
    this.#byName.add(fold(record.name), record.id);
    for (const domain of record.domains) this.#byDomain.add(fold(domain), record.id);
    if (record.externalId !== null) this.#byExternalId.set(fold(record.externalId), record.id);
  }

  #drop(record: Organization): void {
    this.#live--;
    this.#byName.drop(fold(record.name), record.id);
    for (const domain of record.domains) this.#byDomain.drop(fold(domain), record.id);
    if (record.externalId !== null) this.#byExternalId.delete(fold(record.externalId));
  }

  #resolve(ids: readonly number[]): readonly Organization[] {
    return ids.map((id) => this.get(id)).filter((found) => found !== undefined);
  }
}

/** Names and external ids are compared without case. What is lower case stays the text that it was, so that no copy is kept. */
export function fold(text: string): string {
  const folded = text.toLowerCase();
  return folded === text ? text : folded;
}
