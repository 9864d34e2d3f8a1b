import type { Connection } from '../../model/connection.ts';
import type { SyncSetup } from '../../model/sync.ts';
import { pass } from '../pass.ts';
import type { SweepFigures } from '../sweep/figures.ts';
import { sweep } from '../sweep/sweep.ts';
import type { Town } from './town.ts';

/** A whole sweep of these syncs, as a command would drive it; `around` changes what a vendor answers. */
export async function sweptTown(
  town: Town,
  setups: readonly SyncSetup[],
  around: (connection: Connection) => Connection = (connection) => connection,
): Promise<Readonly<Record<string, SweepFigures>>> {
  const connections = new Map(town.vendors.map((vendor) => [vendor.name, around(vendor.connection())]));
  const engine = town.engine(setups, { connections });
  const pieces = sweep(
    engine,
    setups.map(({ name }) => name),
  );
  for (;;) {
    const piece = await pieces.next();
    if (piece.done) return Object.fromEntries(piece.value);
    if (piece.value.doing === 'settling') await pass(engine, { feeds: [] });
    if (piece.value.wait) await town.world.sleep(Math.max(0, piece.value.wait.until - town.world.now()));
  }
}
