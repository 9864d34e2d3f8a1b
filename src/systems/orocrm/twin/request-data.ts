import { isJsonList, isJsonObject, type Json, type JsonObject } from '../../../twins/json.ts';
import { invalid, type Problem } from './refusal.ts';

/**
 * The shape of a request's document, before anything in it is looked at. Source: OroPlatform, tests of the validators of JSON:API
 * request data (ApiBundle); texts as they are there, without a stop at the end.
 */
const data = (detail: string, pointer: string): Problem => invalid('request data', detail, pointer);

const members = new Set(['type', 'id', 'meta', 'attributes', 'relationships', 'links']);

/** Undefined where the document holds a resource object; `included` is checked too. */
export function checkDocument(
  body: JsonObject,
  type: string,
  id: string | null,
  idMismatch: 400 | 409,
): readonly Problem[] {
  const problems: Problem[] = [];
  const given = body.data;
  if (given === undefined) return [data('The primary data object should exist', '/data')];
  if (isEmpty(given)) return [data('The primary data object should not be empty', '/data')];
  if (!isJsonObject(given)) return [data('The primary data object should be an object', '/data')];
  checkResource(given, '/data', id === null ? 'optional' : 'required', problems);
  if (typeof given.type === 'string' && given.type.trim() !== '') checkType(given.type, type, '/data', problems);
  if (id !== null && typeof given.id === 'string' && given.id.trim() !== '' && given.id !== id) {
    const detail = "The 'id' property of the primary data object should match 'id' parameter of the query sting";
    problems.push(
      idMismatch === 409
        ? invalid('conflict', detail, '/data/id', 409)
        : invalid('entity identifier', detail, '/data/id'),
    );
  }
  checkIncluded(body, problems);
  for (const name of ['jsonapi', 'meta', 'links']) checkObject(body, name, '', problems);
  return problems;
}

/** One item of a batch. */
export function checkItem(item: Json, type: string, pointer: string): readonly Problem[] {
  if (!isJsonObject(item)) return [data('The primary resource object should be an object', pointer)];
  const problems: Problem[] = [];
  if (item.type === undefined) {
    return [invalid('entity type', 'The entity class must be set in the context.', pointer)];
  }
  const isUpdate = isJsonObject(item.meta) && item.meta.update === true;
  checkResource(item, pointer, isUpdate ? 'required' : 'optional', problems);
  if (typeof item.type === 'string') checkType(item.type, type, pointer, problems);
  return problems;
}

export function checkIncluded(body: JsonObject, problems: Problem[]): void {
  const { included } = body;
  if (included === undefined) return;
  if (!isJsonList(included)) problems.push(data("The 'included' property should be an array", '/included'));
  else if (included.length === 0) problems.push(data("The 'included' property should not be empty", '/included'));
  else {
    included.forEach((item, index) => {
      const at = `/included/${index}`;
      if (isJsonObject(item)) checkResource(item, at, 'required', problems);
      else problems.push(data('The related resource should be an object', at));
    });
  }
}

function checkType(given: string, type: string, pointer: string, problems: Problem[]): void {
  if (given === type) return;
  const detail = "The 'type' property of the primary data object should match the requested resource";
  problems.push(invalid('conflict', detail, `${pointer}/type`, 409));
}

function checkResource(item: JsonObject, pointer: string, id: 'required' | 'optional', problems: Problem[]): void {
  checkName(item, 'type', pointer, true, problems);
  checkName(item, 'id', pointer, id === 'required', problems);
  for (const name of Object.keys(item)) {
    if (!members.has(name)) {
      problems.push(data(`The '${name}' property is not allowed for a resource object`, pointer));
    }
  }
  for (const name of ['attributes', 'relationships']) {
    if (checkObject(item, name, pointer, problems) && isEmpty(item[name] ?? null)) {
      problems.push(data(`The '${name}' property should not be empty`, `${pointer}/${name}`));
    }
  }
  for (const name of ['meta', 'links']) checkObject(item, name, pointer, problems);
  if (isJsonObject(item.relationships)) {
    for (const [name, relationship] of Object.entries(item.relationships)) {
      checkRelationship(relationship, `${pointer}/relationships/${name}`, problems);
    }
  }
}

/** `type` and `id`: texts that are not blank. */
function checkName(
  item: JsonObject,
  name: 'type' | 'id',
  pointer: string,
  isRequired: boolean,
  problems: Problem[],
): void {
  const given = item[name];
  const at = `${pointer}/${name}`;
  if (given === undefined) {
    if (isRequired) problems.push(data(`The '${name}' property is required`, at));
  } else if (given === null) problems.push(data(`The '${name}' property should not be null`, at));
  else if (typeof given !== 'string') problems.push(data(`The '${name}' property should be a string`, at));
  else if (given.trim() === '') problems.push(data(`The '${name}' property should not be blank`, at));
}

function checkObject(item: JsonObject, name: string, pointer: string, problems: Problem[]): boolean {
  const given = item[name];
  if (given === undefined) return false;
  const at = `${pointer}/${name}`;
  if (isJsonObject(given) || (isJsonList(given) && given.length === 0)) return true;
  const what = isJsonList(given) ? 'an associative array' : 'an array';
  problems.push(data(`The '${name}' property should be ${what}`, at));
  return false;
}

export function checkRelationship(relationship: Json, pointer: string, problems: Problem[]): void {
  if (!isJsonObject(relationship) || relationship.data === undefined) {
    problems.push(data("The relationship should have 'data' property", pointer));
    return;
  }
  const links = relationship.data;
  const check = (link: Json, at: string): void => {
    if (!isJsonObject(link)) problems.push(data('The related resource should be an object', at));
    else for (const name of ['type', 'id'] as const) checkName(link, name, at, true, problems);
  };
  if (isJsonList(links)) for (const [index, link] of links.entries()) check(link, `${pointer}/data/${index}`);
  else if (links !== null) check(links, `${pointer}/data`);
}

/** As PHP sees it: null, nothing, an object or list without members. */
function isEmpty(value: Json): boolean {
  if (value === null || value === '' || value === false || value === 0) return true;
  if (isJsonList(value)) return value.length === 0;
  return isJsonObject(value) && Object.keys(value).length === 0;
}
