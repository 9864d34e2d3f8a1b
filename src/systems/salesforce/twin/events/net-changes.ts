import type { RowChange } from '../store.ts';

/** One change per row and transaction: from its state before the first to its state after the last. */
export function netChanges(changes: readonly RowChange[]): { readonly id: string; readonly change: RowChange }[] {
  const net = new Map<string, RowChange>();
  for (const change of changes) {
    const id = (change.after ?? change.before)?.id;
    if (id !== undefined) net.set(id, { before: (net.get(id) ?? change).before, after: change.after });
  }
  return [...net].map(([id, change]) => ({ id, change }));
}
