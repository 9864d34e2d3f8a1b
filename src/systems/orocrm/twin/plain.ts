import { isJsonList, isJsonObject, type Json, type JsonObject } from '../../../twins/json.ts';

/**
 * The plain flavour of the API, which a client meets that does not ask for JSON:API: no `data`, no `attributes`, references as ids.
 * Source: OroPlatform, "Client requirements" (API guide); only what a mistaken client needs to notice its mistake.
 */
export function plainBody(body: JsonObject): Json {
  const { data } = body;
  if (isJsonList(data)) return data.map(plainRow);
  return plainRow(data ?? null);
}

function plainRow(row: Json): Json {
  if (!isJsonObject(row)) return row;
  const relationships = isJsonObject(row.relationships) ? row.relationships : {};
  const refs = Object.entries(relationships).map(([name, relationship]): [string, Json] => {
    const links = isJsonObject(relationship) ? (relationship.data ?? null) : null;
    return [name, isJsonList(links) ? links.map(idOf) : idOf(links)];
  });
  const attributes = isJsonObject(row.attributes) ? row.attributes : {};
  return { id: numberOrText(row.id ?? null), ...attributes, ...Object.fromEntries(refs) };
}

function idOf(link: Json): Json {
  return isJsonObject(link) ? numberOrText(link.id ?? null) : null;
}

function numberOrText(id: Json): Json {
  return typeof id === 'string' && /^\d+$/.test(id) ? Number(id) : id;
}
