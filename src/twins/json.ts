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

/** Text to JSON; throws SyntaxError like `JSON.parse`, whose results are JSON by construction. */
export function parseJson(text: string): Json {
  const parsed: Json = JSON.parse(text);
  return parsed;
}

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isJsonList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
