import { z } from 'zod';

/** A record that a vendor was told by us to remove, or to archive. */
export interface Removal {
  /** ms */
  readonly at: number;
  readonly host: 'sales' | 'support';
  readonly id: string;
}

const archiving = z.object({
  organizations: z.array(z.object({ id: z.coerce.string(), notes: z.unknown().optional() })).optional(),
  organization: z.object({ notes: z.unknown().optional() }).optional(),
});

/** What a request removes: by its address, or by the note that says that it is archived. */
export async function removalsIn(request: Request, at: number): Promise<readonly Removal[]> {
  const { hostname, pathname, searchParams } = new URL(request.url);
  const host = hostname.startsWith('sales') ? 'sales' : 'support';
  const named = /\/organizations\/(\d+)/.exec(pathname)?.[1];
  const told = (ids: readonly string[]): readonly Removal[] => ids.map((id) => ({ at, host, id }));
  if (request.method === 'DELETE' && /composite\/sobjects|\/organizations/.test(pathname))
    return told(named === undefined ? (searchParams.get('ids') ?? '').split(',').filter((id) => id !== '') : [named]);
  if (request.method !== 'PUT' || !/\/organizations/.test(pathname)) return [];
  const { organizations = [], organization } = archiving.parse(await request.clone().json());
  const many = organizations.filter(({ notes }) => notes === archived).map(({ id }) => id);
  return told(named !== undefined && organization?.notes === archived ? [named] : many);
}

/** What an organization's note says whose account is gone. */
export const archived = 'archived';
