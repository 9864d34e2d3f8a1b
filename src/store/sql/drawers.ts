import type { Drawer } from '../../engine/ports.ts';
import type { Reach } from './tables.ts';

export async function get({ db, workspace }: Reach, drawer: Drawer, name: string): Promise<string | null> {
  const row = await db
    .selectFrom('drawer')
    .select('value')
    .where('workspace', '=', workspace)
    .where('drawer', '=', drawer)
    .where('name', '=', name)
    .executeTakeFirst();
  return row?.value ?? null;
}

export async function put({ db, workspace }: Reach, drawer: Drawer, name: string, value: string | null): Promise<void> {
  if (value === null) {
    await db
      .deleteFrom('drawer')
      .where('workspace', '=', workspace)
      .where('drawer', '=', drawer)
      .where('name', '=', name)
      .execute();
    return;
  }
  await db
    .insertInto('drawer')
    .values({ workspace, drawer, name, value })
    .onConflict((conflict) => conflict.columns(['workspace', 'drawer', 'name']).doUpdateSet({ value }))
    .execute();
}
