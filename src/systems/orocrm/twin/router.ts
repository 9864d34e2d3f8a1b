import type { Answer, Call } from './call.ts';
import { list, listErrors, remove, removeList, save, saveList, show, showProfile } from './record-routes.ts';
import { notAllowed, Refusal } from './refusal.ts';
import { allowedOn, changeLinks, showLinks, showRelated } from './relation-routes.ts';
import type { Action, ResourceType } from './resource.ts';

interface Verb {
  readonly action: Action;
  readonly run: (call: Call, type: ResourceType) => Answer;
}

const onList: ReadonlyMap<string, Verb> = new Map<string, Verb>([
  ['GET', { action: 'get_list', run: list }],
  ['PATCH', { action: 'update_list', run: saveList }],
  ['POST', { action: 'create', run: (call, type) => save(call, type, null) }],
  ['DELETE', { action: 'delete_list', run: removeList }],
]);

const onItem: ReadonlyMap<string, Verb> = new Map<string, Verb>([
  ['GET', { action: 'get', run: show }],
  ['PATCH', { action: 'update', run: (call, type) => save(call, type, call.id(type)) }],
  ['DELETE', { action: 'delete', run: remove }],
]);

/** Every address below `/api/`. Throws Refusal for those that are none. */
export function route(call: Call): Answer {
  const { segments } = call;
  if (segments.length === 1 && segments[0] === 'userprofile') {
    if (call.method === 'OPTIONS') return options('OPTIONS, GET');
    if (call.method !== 'GET') throw notAllowed('OPTIONS, GET');
    return showProfile(call);
  }
  const isRelationship = segments.length === 4 && segments[2] === 'relationships';
  if (segments.length === 0 || segments.includes('') || (segments.length > 3 && !isRelationship)) throw noRoute(call);
  const type = call.type();
  if (segments.length === 1) return byVerb(call, type, onList);
  if (segments.length === 2) return byVerb(call, type, onItem);
  if (type.name === 'asyncoperations' && segments[2] === 'errors') {
    if (call.method !== 'GET') throw notAllowed('OPTIONS, GET');
    return listErrors(call, type);
  }
  const { relation } = call.relation(type);
  if (call.method === 'OPTIONS') return options(isRelationship ? allowedOn(relation) : 'OPTIONS, GET');
  if (call.method === 'GET') return isRelationship ? showLinks(call, type) : showRelated(call, type);
  if (!isRelationship || !['PATCH', 'POST', 'DELETE'].includes(call.method)) throw notAllowed('OPTIONS, GET');
  return changeLinks(call, type);
}

function byVerb(call: Call, type: ResourceType, verbs: ReadonlyMap<string, Verb>): Answer {
  const known = [...verbs].filter(([, { action }]) => type.actions.has(action)).map(([method]) => method);
  const allowed = ['OPTIONS', ...known].join(', ');
  if (call.method === 'OPTIONS') return options(allowed);
  const verb = verbs.get(call.method);
  if (verb === undefined) throw notAllowed(allowed);
  call.need(type, verb.action, allowed);
  return verb.run(call, type);
}

function options(allow: string): Answer {
  return { status: 200, headers: { allow } };
}

/** An address that the API has no route for. */
export function noRoute({ method, segments }: Pick<Call, 'method' | 'segments'>): Refusal {
  const detail = `No route found for "${method} /api/${segments.join('/')}".`;
  return new Refusal([{ status: 404, title: 'not found http exception', detail }]);
}
