import { z } from 'zod';

/** A JSON value. Twins keep what clients send in the vendors' own words, so this is as narrow as their types get. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json;
}

export const jsonSchema: z.ZodType<Json> = z.lazy(() =>
  z.union([
    z.null(),
    z.boolean(),
    z.number(),
    z.string(),
    z.array(jsonSchema).readonly(),
    z.record(z.string(), jsonSchema).readonly(),
  ]),
);

/** Deeper than this, vendors' parsers give up, and so would whatever walks through the value here. */
const deepest = 100;

/** Text to JSON; throws SyntaxError like `JSON.parse`, whose results are JSON by construction, and for what nests absurdly deep. */
export function parseJson(text: string): Json {
  const parsed: Json = JSON.parse(text);
  if (isDeeper(parsed, deepest)) throw new SyntaxError(`JSON that nests deeper than ${deepest} levels`);
  return parsed;
}

function isDeeper(value: Json, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  return Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isJsonList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
