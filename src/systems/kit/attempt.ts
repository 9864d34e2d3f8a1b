import { type Fault, FaultError } from '../../model/fault.ts';
import type { Operation, Outcome } from '../../model/operation.ts';

export type Attempt<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: Fault };

/** Turns an expected failure into data, for the verbs that answer with outcomes. Anything else is a bug and flies on. */
export async function attempt<T>(work: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    if (error instanceof FaultError) return { ok: false, fault: error.fault };
    throw error;
  }
}

/** The same fault for every operation of a request that failed as a whole. */
export function failAll(operations: readonly Operation[], fault: Fault): readonly Outcome[] {
  return operations.map(() => ({ ok: false, fault }));
}

/** Asks once and remembers a good answer; a failure is not remembered. Callers at the same time share one question. */
export function remember<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | null = null;
  return () => {
    asked ??= ask().catch((error: unknown) => {
      asked = null;
      throw error;
    });
    return asked;
  };
}

/** Pieces of at most `size` members, in order. */
export function chunks<T>(members: readonly T[], size: number): readonly (readonly T[])[] {
  const pieces: T[][] = [];
  for (let from = 0; from < members.length; from += size) pieces.push(members.slice(from, from + size));
  return pieces;
}
