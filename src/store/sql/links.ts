import type { End, Link } from '../../model/link.ts';

export interface LinkRow {
  readonly id: string;
  readonly sync: string;
  readonly crm: End | null;
  readonly desk: End | null;
}

export function toLink({ id, sync, crm, desk }: LinkRow): Link {
  return { id, sync, crm, desk };
}
