import type { JsonObject } from '../../../twins/json.ts';
import type { Answer, Call } from './call.ts';
import { type Drawer, pageLinks } from './document.ts';
import { readRefs, type Writer } from './draft.ts';
import { listAmong } from './list.ts';
import type { Ref } from './refs.ts';
import { invalid, notAllowed, type Problem, Refusal } from './refusal.ts';
import { checkRelationship } from './request-data.ts';
import type { Relation, ResourceType } from './resource.ts';
import { findRecord, mustFind } from './save.ts';
import type { OroRecord } from './shelf.ts';
import { writeRecord } from './write.ts';

/** `GET /api/<type>/<id>/<relation>`: the related records themselves. */
export function showRelated(call: Call, type: ResourceType): Answer {
  const { name, relation } = call.relation(type);
  const record = mustFind(call.doer, type, call.id(type), 'view');
  if (relation.many) {
    const path = `${call.base}/${type.name}/${record.id}/${name}`;
    return showMany(call, type, record, name, relation, path, (drawer, target, one) => drawer.resource(target, one));
  }
  const drawer = call.drawer(call.query('one'));
  const [ref] = drawer.targets(type, record, name, relation);
  const target = ref && call.office.get(ref);
  const targetType = ref && call.office.type(ref.type);
  const isShown = target !== undefined && targetType !== undefined && !target.hidden;
  return { status: 200, body: { data: isShown ? drawer.resource(targetType, target) : null } };
}

/** `GET /api/<type>/<id>/relationships/<relation>`: type and id alone. */
export function showLinks(call: Call, type: ResourceType): Answer {
  const { name, relation } = call.relation(type);
  const record = mustFind(call.doer, type, call.id(type), 'view');
  const path = `${call.base}/${type.name}/${record.id}/relationships/${name}`;
  if (relation.many) {
    const link = (drawer: Drawer, target: ResourceType, { id }: OroRecord) => drawer.link({ type: target.name, id });
    return showMany(call, type, record, name, relation, path, link);
  }
  const drawer = call.drawer(call.query('one'));
  const [ref] = drawer.targets(type, record, name, relation);
  const related = `${call.base}/${type.name}/${record.id}/${name}`;
  const links = call.include.has('noHateoas') ? {} : { links: { self: path, related } };
  return { status: 200, body: { ...links, data: ref === undefined ? null : drawer.link(ref) } };
}

/** A page of what a to-many relation leads to, with the filters and the order of a list of that type. */
function showMany(
  call: Call,
  type: ResourceType,
  record: OroRecord,
  name: string,
  relation: Relation,
  path: string,
  draw: (drawer: Drawer, target: ResourceType, one: OroRecord) => JsonObject,
): Answer {
  const { office } = call;
  const query = call.query('paged list');
  const drawer = call.drawer(query);
  const target = office.shelf(relation.to[0] ?? '').type;
  const targets = drawer.targets(type, record, name, relation).map((ref) => office.get(ref));
  const all = targets.filter((one) => one !== undefined);
  const { rows, more, total } = listAmong(office, target, all, query, call.include.has('totalCount'));
  const links = call.include.has('noHateoas') ? {} : { links: pageLinks(path, query, more) };
  return {
    status: 200,
    body: { data: rows.map((row) => draw(drawer, target, row)), ...links },
    ...(total === null ? {} : { headers: { 'x-include-total-count': String(total) } }),
  };
}

/** `PATCH` replaces, `POST` adds, `DELETE` removes members of a relation. */
export function changeLinks(call: Call, type: ResourceType): Answer {
  const { name, relation } = call.relation(type);
  if (relation.access === 'read' || (!relation.many && call.method !== 'PATCH')) throw notAllowed(allowedOn(relation));
  call.need(type, 'update', allowedOn(relation));
  const record = mustFind(call.doer, type, call.id(type), 'edit');
  const body = call.body();
  const problems: Problem[] = [];
  if (body.data === undefined) problems.push(invalid('request data', 'The primary data object should exist', '/data'));
  else checkRelationship(body, '', problems);
  if (problems.length > 0) throw new Refusal(problems);
  const { office } = call;
  const writer: Writer = {
    office,
    by: call.doer.by,
    find: (target, id) => findRecord(call.doer, target, id),
    coming: new Map(),
    isMaster: false,
  };
  const given = readRefs(writer, relation, body.data ?? null, '/data', problems);
  if (problems.length > 0) throw new Refusal(problems);
  const refs = combine(call.method, office.related(type, record, name, relation), given);
  office.transact(() => {
    const finish = writeRecord(
      { ...writer, find: byOwnId(writer) },
      input(type, record, name, relation, refs),
      problems,
    );
    if (problems.length > 0) throw new Refusal(problems.map(unplaced));
    finish();
  });
  return { status: 204 };
}

export function allowedOn(relation: Relation): string {
  if (relation.access === 'read') return 'OPTIONS, GET';
  return relation.many ? 'OPTIONS, GET, PATCH, POST, DELETE' : 'OPTIONS, GET, PATCH';
}

function combine(method: string, there: readonly Ref[], given: readonly Ref[]): readonly Ref[] {
  const has = (refs: readonly Ref[], { type, id }: Ref): boolean =>
    refs.some((ref) => ref.type === type && ref.id === id);
  if (method === 'POST') return [...there, ...given.filter((ref) => !has(there, ref))];
  return method === 'DELETE' ? there.filter((ref) => !has(given, ref)) : given;
}

/** The references are resolved already. */
function byOwnId({ office }: Writer): Writer['find'] {
  return (type, id) => office.get({ type: type.name, id });
}

function input(type: ResourceType, before: OroRecord, name: string, relation: Relation, refs: readonly Ref[]) {
  const links = refs.map((ref) => ({ type: ref.type, id: ref.id }));
  const data = relation.many ? links : (links[0] ?? null);
  return { type, id: before.id, before, pointer: '/data', attributes: {}, relationships: { [name]: { data } } };
}

/** The document of such a request is the relationship itself. */
function unplaced({ pointer, ...problem }: Problem): Problem {
  return pointer === undefined ? problem : { ...problem, pointer: '/data' };
}
