import type { FieldFunctionExpression, FieldSubquery, FieldType, FieldTypeOf } from '@jetstreamapp/soql-parser-js';
import type { Json, JsonObject } from '../../../../twins/json.ts';
import { apiError } from '../errors.ts';
import type { FieldDefinition } from '../field.ts';
import type { ObjectDefinition } from '../object.ts';
import { attributes, jsonGetter } from '../read.ts';
import type { StoredRow } from '../row.ts';
import { formatDateTime } from '../time.ts';
import { quoting } from './parse.ts';
import { type Asker, resolvePath, resolveStep, type Step, underOneRoof } from './path.ts';

export type Project = (row: StoredRow) => JsonObject;
type Part = readonly [name: string, value: (row: StoredRow) => Json];

/** Answers a child query's rows for one parent. */
export type ChildQuery = (field: FieldSubquery, parent: ObjectDefinition) => (row: StoredRow) => Json;

interface Node {
  readonly object: ObjectDefinition;
  readonly parts: Map<string, Part | { readonly step: Step; readonly nodes: ReadonlyMap<string, Node> }>;
}

/** What a query selects, as a function from row to JSON record. */
export function compileSelect(
  asker: Asker,
  object: ObjectDefinition,
  fields: readonly FieldType[],
  alias: string | undefined,
  children: ChildQuery,
): Project {
  const root: Node = { object, parts: new Map() };
  for (const field of fields) {
    if (field.type === 'Field') addField(asker, root, [field.field], field.alias);
    else if (field.type === 'FieldRelationship') {
      const parts = [...field.relationships, field.field];
      const [first = ''] = parts;
      const prefixed =
        first.toLowerCase() === alias?.toLowerCase() ||
        (first.toLowerCase() === object.name.toLowerCase() && !object.byRelationship.has(first.toLowerCase()));
      addField(asker, root, prefixed ? parts.slice(1) : parts, undefined);
    } else if (field.type === 'FieldSubquery') {
      root.parts.set(field.subquery.relationshipName.toLowerCase(), [
        childName(asker, object, field),
        children(field, object),
      ]);
    } else if (field.type === 'FieldTypeof') addTypeOf(asker, root, field);
    else addFunction(asker, root, field);
  }
  return finish(asker, root, false);
}

function addField(asker: Asker, node: Node, parts: readonly string[], alias: string | undefined): void {
  const [name = '', ...rest] = parts;
  if (rest.length > 5) throw apiError(400, 'MALFORMED_QUERY', 'SOQL relationships may go at most 5 levels up');
  if (rest.length === 0) {
    const { field } = resolvePath(asker, node.object, [name]);
    node.parts.set((alias ?? field.name).toLowerCase(), [
      alias ?? field.name,
      jsonGetter(asker.org, field, asker.version),
    ]);
    return;
  }
  // Resolving the whole path first gives the message that names the missing column.
  resolvePath(asker, node.object, parts);
  const step = resolveStep(asker, node.object, name);
  const key = step.name.toLowerCase();
  const known = node.parts.get(key);
  const nodes =
    known !== undefined && 'nodes' in known
      ? known.nodes
      : new Map(step.targets.map((target) => [target.name, { object: target, parts: new Map() }]));
  node.parts.set(key, { step, nodes });
  for (const target of nodes.values()) {
    if (nodes.size > 1 && rest.length === 1 && rest[0]?.toLowerCase() === 'type') {
      target.parts.set('type', ['Type', (row) => row.object]);
      continue;
    }
    const own = nodes.size > 1 ? underOneRoof(target.object, rest) : rest;
    try {
      addField(asker, target, own, own === rest ? undefined : 'Name');
    } catch (error) {
      if (nodes.size === 1) throw error;
    }
  }
}

function finish(asker: Asker, node: Node, polymorphic: boolean): Project {
  const parts: Part[] = [];
  for (const part of node.parts.values()) {
    if (!('nodes' in part)) {
      parts.push(part);
      continue;
    }
    const { step, nodes } = part;
    const many = nodes.size > 1;
    const projects = new Map([...nodes].map(([name, child]) => [name, finish(asker, child, many)]));
    parts.push([
      step.name,
      (row) => {
        const parent = step.follow(row);
        return parent === null ? null : (projects.get(parent.object)?.(parent) ?? null);
      },
    ]);
  }
  const { name } = node.object;
  return (row) => {
    const record: Record<string, Json> = {
      attributes: polymorphic
        ? { ...attributes(name, row.id, asker.version), type: 'Name' }
        : attributes(name, row.id, asker.version),
    };
    for (const [key, value] of parts) record[key] = value(row);
    return record;
  };
}

function addFunction(asker: Asker, node: Node, fn: FieldFunctionExpression): void {
  const name = fn.functionName.toUpperCase();
  const [argument] = fn.parameters;
  if (name === 'FIELDS') {
    addGroup(asker, node, String(argument).toUpperCase());
    return;
  }
  const path = resolvePath(asker, node.object, String(argument).split('.'));
  const key = fn.alias ?? path.field.name;
  const format = formats[name];
  if (format === undefined)
    throw quoting(asker.text, fn.functionName, 'MALFORMED_QUERY', `unexpected token: '${fn.functionName}'`);
  node.parts.set(key.toLowerCase(), [key, (row) => format(path.field, path.get(row))]);
}

const formats: Readonly<Record<string, (field: FieldDefinition, value: Json) => Json>> = {
  TOLABEL: (field, value) => field.describe.picklistValues.find((option) => option.value === value)?.label ?? value,
  FORMAT: (field, value) =>
    value === null
      ? null
      : typeof value === 'number' && field.type === 'datetime'
        ? new Date(value).toUTCString()
        : String(value),
  CONVERTCURRENCY: (_field, value) => value,
  CONVERTTIMEZONE: (field, value) =>
    field.type === 'datetime' && typeof value === 'number' ? formatDateTime(value) : value,
};

function addGroup(asker: Asker, node: Node, which: string): void {
  for (const field of asker.org.access.fields(node.object, asker.user)) {
    if (which === 'ALL' || (which === 'CUSTOM') === field.describe.custom)
      addField(asker, node, [field.name], undefined);
  }
}

function addTypeOf(asker: Asker, node: Node, field: FieldTypeOf): void {
  const step = resolveStep(asker, node.object, field.field);
  const otherwise = field.conditions.find((condition) => condition.type === 'ELSE')?.fieldList ?? [];
  const projects = new Map<string, Project>();
  for (const target of step.targets) {
    const chosen = field.conditions.find(
      (condition) => condition.objectType?.toLowerCase() === target.name.toLowerCase(),
    );
    const inner: Node = { object: target, parts: new Map() };
    for (const name of chosen?.fieldList ?? otherwise) {
      const parts = name.split('.');
      const own = chosen === undefined ? underOneRoof(target, parts) : parts;
      addField(asker, inner, own, own === parts ? undefined : 'Name');
    }
    projects.set(target.name, finish(asker, inner, false));
  }
  node.parts.set(step.name.toLowerCase(), [
    step.name,
    (row) => {
      const parent = step.follow(row);
      return parent === null ? null : (projects.get(parent.object)?.(parent) ?? null);
    },
  ]);
}

function childName(asker: Asker, object: ObjectDefinition, { subquery }: FieldSubquery): string {
  const name = subquery.relationshipName.toLowerCase();
  const found = asker.org.schema
    .childrenOf(object.name)
    .find(({ field }) => field.childrenName?.toLowerCase() === name);
  return found?.field.childrenName ?? subquery.relationshipName;
}
