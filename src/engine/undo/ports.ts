/** What an undo is about; `until` leaves out what it does itself. Times in ms, both included. */
export interface Touched {
  readonly run?: string;
  readonly link?: string;
  readonly since?: number;
  readonly until: number;
}

/** What an undo needs of the store beside history (app/undo/asks.ts). */
export interface UndoStore {
  /** Links of a sync to which something was done (`ok`), by link id from after `after` on (null: from the first). Nothing changes. */
  touched(
    ask: Touched & { readonly sync: string; readonly after: string | null; readonly limit: number },
  ): Promise<readonly string[]>;
}
