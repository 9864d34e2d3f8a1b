import { isJsonList, isJsonObject, type Json, type JsonObject } from '../../../twins/json.ts';
import type { Office } from './office.ts';
import { invalid, type Problem, Refusal } from './refusal.ts';
import { checkIncluded, checkItem } from './request-data.ts';
import type { ResourceType } from './resource.ts';
import { type Doer, type Item, type Saved, saveAll, unlinked } from './save.ts';

/** Primary and included items that the vendor saves in one go; also the most that a synchronous batch takes. */
export const chunkSize = 100;
const includedSize = 50;

/** The items of `{"data":[…],"included":[…]}`, or what is wrong with each of them. */
export interface Sheet {
  readonly items: readonly (Item | readonly Problem[])[];
  readonly included: readonly Item[];
  /** Of the whole document, or of included items. */
  readonly problems: readonly Problem[];
}

export function readSheet(office: Office, type: ResourceType, body: Json): Sheet {
  const problems: Problem[] = [];
  const data = isJsonObject(body) ? body.data : undefined;
  if (data === undefined) problems.push(invalid('request data', 'The primary data object should exist', '/data'));
  else if (!isJsonList(data)) {
    problems.push(invalid('request data', 'The primary data object collection should be an array', '/data'));
  } else if (data.length === 0) {
    problems.push(invalid('request data', 'The primary data object collection should not be empty', '/data'));
  }
  const document = isJsonObject(body) ? body : {};
  checkIncluded(document, problems);
  if (problems.length > 0 || !isJsonList(data)) return { items: [], included: [], problems };
  const items = data.map((item, index) => {
    const pointer = `/data/${index}`;
    const wrong = checkItem(item, type.name, pointer);
    return wrong.length > 0 || !isJsonObject(item) ? wrong : itemOf(type, item, pointer);
  });
  const included: Item[] = [];
  const list = isJsonList(document.included) ? document.included.filter(isJsonObject) : [];
  list.forEach((item, index) => {
    const known = office.type(typeof item.type === 'string' ? item.type : '');
    const pointer = `/included/${index}`;
    if (known === undefined) problems.push(unknownType(item, pointer));
    else included.push(itemOf(known, item, pointer));
  });
  const primary = items.filter(isItem);
  return { items, included, problems: [...problems, ...unlinked(primary, included, true)] };
}

export function itemOf(type: ResourceType, body: JsonObject, pointer: string): Item {
  const isUpdate = isJsonObject(body.meta) && body.meta.update === true;
  return { type, body, pointer, id: isUpdate && typeof body.id === 'string' ? body.id : null };
}

export function unknownType(item: JsonObject, pointer: string): Problem {
  return invalid('entity type', `Unknown entity type: ${String(item.type)}.`, `${pointer}/type`);
}

export function isItem(entry: Item | readonly Problem[]): entry is Item {
  return 'body' in entry;
}

/** All or nothing, in the order of the request (6.0+). Source: OroPlatform, "Synchronous Batch API" (API guide). */
export function saveSynchronously(
  doer: Doer,
  type: ResourceType,
  body: Json,
): { readonly primary: readonly Saved[]; readonly included: readonly Saved[] } {
  const sheet = readSheet(doer.office, type, body);
  const over = (size: number, section: string): Problem =>
    invalid(
      'request data',
      `The data limit for the synchronous operation exceeded${section}. The maximum number of records that can be processed by the synchronous operation is ${size}.`,
    );
  if (sheet.items.length > chunkSize) throw new Refusal([over(chunkSize, '')]);
  if (sheet.included.length > includedSize) throw new Refusal([over(includedSize, ' for the section "included"')]);
  const problems = [...sheet.problems, ...sheet.items.flatMap((item) => (isItem(item) ? [] : item))];
  if (problems.length > 0) throw new Refusal(problems);
  return saveAll(doer, sheet.items.filter(isItem), sheet.included);
}
