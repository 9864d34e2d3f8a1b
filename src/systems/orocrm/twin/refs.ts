import type { Relation } from './resource.ts';
import type { OroRecord, Stored } from './shelf.ts';

export interface Ref {
  readonly type: string;
  readonly id: string;
}

/** As a record keeps it. */
export function toStored(relation: Relation, ref: Ref): string {
  return relation.to.length === 1 ? ref.id : `${ref.type}/${ref.id}`;
}

export function fromStored(relation: Relation, stored: string): Ref {
  if (relation.to.length === 1) return { type: relation.to[0] ?? '', id: stored };
  const slash = stored.indexOf('/');
  return { type: stored.slice(0, slash), id: stored.slice(slash + 1) };
}

/** What the record itself keeps under this relation, as a list. */
export function storedList(record: OroRecord, name: string): readonly string[] {
  return asList(record.refs[name] ?? null);
}

export function asList(stored: Stored): readonly string[] {
  return stored === null ? [] : typeof stored === 'string' ? [stored] : stored;
}
