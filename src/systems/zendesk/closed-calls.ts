import { z } from 'zod';
import type { World } from '../../model/world.ts';
import { parseJson } from '../kit/login.ts';
import type { Secrets } from '../kit/system.ts';

/** Bulk calls (`user create`) that Zendesk was found to keep closed for the account: one record a call from then on. */
export interface ClosedCalls {
  /** Reads what earlier processes found, once. To be awaited before the first question. */
  recall(): Promise<void>;
  has(call: string): boolean;
  all(): readonly string[];
  /** Found closed just now: kept beside the tokens, so that a later process, or a preview, knows it without trying. */
  add(call: string): Promise<void>;
}

/** An account may be given access later: after so long (ms) it is tried again. */
const believedMs = 7 * 86_400_000;

const drawer = 'closed-calls';
/** When each was found closed (ms). */
const shape = z.record(z.string(), z.number());

export function createClosedCalls(secrets: Secrets, world: Pick<World, 'now'>): ClosedCalls {
  const found = new Map<string, number>();
  let recalled: Promise<void> | null = null;
  return {
    recall() {
      recalled ??= secrets.get(drawer).then((text) => {
        const kept = shape.safeParse(parseJson(text ?? '{}'));
        for (const [call, at] of Object.entries(kept.success ? kept.data : {}))
          if (world.now() - at < believedMs && !found.has(call)) found.set(call, at);
      });
      return recalled;
    },
    has: (call) => found.has(call),
    all: () => [...found.keys()],
    async add(call) {
      found.set(call, world.now());
      await secrets.put(drawer, JSON.stringify(Object.fromEntries(found)));
    },
  };
}
