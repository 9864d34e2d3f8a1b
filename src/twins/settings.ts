import type { z } from 'zod';
import { ControlError, explain } from './control-error.ts';
import { isJsonObject, type Json, type JsonObject } from './json.ts';

/** A twin's switches: one checked value, changed by merging. Objects merge name by name, everything else replaces. */
export interface Settings<T> {
  readonly now: T;
  /** Throws ControlError where the merged settings do not fit the schema; then nothing has changed. */
  merge(change: Json): void;
  reset(): void;
}

export function createSettings<T extends JsonObject>(schema: z.ZodType<T>, defaults: T): Settings<T> {
  let now = defaults;
  return {
    get now() {
      return now;
    },
    merge(change) {
      const merged = schema.safeParse(mergeJson(now, change));
      if (!merged.success) throw new ControlError(400, explain(merged.error));
      now = merged.data;
    },
    reset() {
      now = defaults;
    },
  };
}

export function mergeJson(into: Json | undefined, change: Json): Json {
  if (!isJsonObject(into) || !isJsonObject(change)) return change;
  const merged: Record<string, Json> = { ...into };
  for (const [name, value] of Object.entries(change)) merged[name] = mergeJson(merged[name], value);
  return merged;
}
