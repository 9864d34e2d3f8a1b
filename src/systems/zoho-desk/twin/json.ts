import { isJsonList, isJsonObject, type Json, type JsonObject, parseJson } from '../../../twins/json.ts';

/** JSON text to values; whole numbers beyond 2^53 become strings, because the vendor reads ids as 64-bit integers. Throws SyntaxError. */
export function readJson(text: string): Json {
  if (!/\d{16}/.test(text)) return parseJson(text);
  // A JSON string is taken whole, so that digits inside one are left alone.
  const exact = text.replace(/"[^"\\]*(?:\\.[^"\\]*)*"|-?\d{16,}(?![\d.eE])/g, (token) =>
    token.startsWith('"') || Number.isSafeInteger(Number(token)) ? token : `"${token}"`,
  );
  return parseJson(exact);
}

export function textOf(value: Json | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

/** Own members only: `constructor` and its like are names like any other in what clients send. */
export function member(body: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(body, name) ? body[name] : undefined;
}

/** An id as it is stored, from text or a number; null where it is neither. */
export function idOf(value: Json | undefined): string | null {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? String(value) : null;
  return typeof value === 'string' && /^\d{1,19}$/.test(value) ? value : null;
}

export function sameJson(one: Json | undefined, two: Json | undefined): boolean {
  return one === two || JSON.stringify(one) === JSON.stringify(two);
}

export { isJsonList, isJsonObject, type Json, type JsonObject };
