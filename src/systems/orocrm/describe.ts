import { FaultError } from '../../model/fault.ts';
import type { FieldDescription, ObjectType, Option } from '../../model/object-type.ts';
import { attempt } from '../kit/attempt.ts';
import type { Row } from './answers.ts';
import { batchLimit } from './batch.ts';
import { loadPageSize } from './changes.ts';
import { field } from './field.ts';
import { keyField, type Resource } from './resource.ts';
import { resourceFor, type Session } from './session.ts';

/**
 * What an installation has. The API does not describe itself to a client, so it is found out: entries of lists from the resources that list
 * them, `externalId` by a filter that older releases refuse, and custom fields from records that are there.
 */

/** Records of which one may show the kind of a custom field. */
const samples = 20;
/** Records that are written side by side, each by its own call, in one go. */
const sideBySide = 20;

export async function describe(session: Session, object: string): Promise<ObjectType> {
  const resource = resourceFor(object);
  const [keyed, custom, options] = await Promise.all([
    hasKey(session, resource),
    customFields(session, resource),
    Promise.all(resource.lists.map(async (list) => [list.field, await optionsOf(session, list.resource)] as const)),
  ]);
  if (keyed) session.modes.nowWaits();
  return typeOf(resource, { keyed, custom, options: new Map(options), waits: session.modes.waits() });
}

interface Told {
  readonly keyed: boolean;
  readonly custom: readonly FieldDescription[];
  readonly options: ReadonlyMap<string, readonly Option[]>;
  readonly waits: boolean;
}

export function typeOf(resource: Resource, { keyed, custom, options, waits }: Told): ObjectType {
  const own = resource.fields.filter(({ name }) => keyed || name !== keyField);
  const batch = resource.batch ? batchLimit : sideBySide;
  const creates = resource.batch && waits;
  return {
    object: resource.object,
    label: resource.label,
    fields: [...own.map((one) => ({ ...one, options: options.get(one.name) ?? one.options })), ...custom],
    mark: keyed && resource.written ? { field: keyField, style: 'full' } : null,
    withoutMark: 'traced',
    batch: { create: creates ? batchLimit : sideBySide, update: batch, remove: batchLimit },
    traceBatch: batchLimit,
    // A row that was read within the second of its stamp may come once more.
    feed: { lagMs: 1000, pageSize: loadPageSize },
    guarded: false,
    title: resource.title,
    single: resource.batch ? (creates ? [] : ['create']) : ['create', 'update'],
  };
}

/** As the newest release has it: what `check` knows without asking. */
export function standardType(resource: Resource): ObjectType {
  return typeOf(resource, { keyed: resource.keyed, custom: [], options: new Map(), waits: true });
}

/** Whether the release has `externalId` on it: a filter by a field that it does not know is refused. */
export async function hasKey(session: Session, resource: Resource): Promise<boolean> {
  if (!resource.keyed) return false;
  const query = { [`filter[${keyField}]`]: 'syncline', [`fields[${resource.object}]`]: 'id', 'page[size]': '1' };
  const what = `asking whether ${resource.object} have ${keyField}`;
  const asked = await attempt(() => session.wire.list(resource.object, query, what));
  if (asked.ok) return true;
  if (asked.fault.code === 'filter constraint') return false;
  throw new FaultError(asked.fault);
}

async function optionsOf(session: Session, type: string): Promise<readonly Option[]> {
  const rows = await session.wire.entries(type);
  const order = ({ attributes }: Row) => (typeof attributes.order === 'number' ? attributes.order : 0);
  return rows
    .toSorted((a, b) => order(a) - order(b))
    .map(({ id, attributes }) => ({
      value: id,
      label: String(attributes.label ?? attributes.name ?? id),
      active: true,
    }));
}

/** What records have beside the standard fields. Of relationships nothing tells what they may point to, so they are left out. */
async function customFields(session: Session, resource: Resource): Promise<readonly FieldDescription[]> {
  const query = { sort: '-id', 'page[size]': String(samples) };
  const { rows } = await session.wire.list(resource.object, query, `looking at ${resource.object}`);
  const shown = new Map<string, unknown>();
  for (const { attributes } of rows) {
    for (const [name, value] of Object.entries(attributes)) shown.set(name, shown.get(name) ?? value);
  }
  return [...shown].flatMap(([name, value]) => {
    const type = resource.types.has(name) ? null : kindOf(value);
    if (type === null) return [];
    return [
      field(name, name, type, {
        vendorType: 'custom',
        maxLength: null,
        ...(resource.written ? {} : { settable: 'never' }),
      }),
    ];
  });
}

/** By the value that is shown: a text where it is one, or where none is shown. */
function kindOf(value: unknown): 'longtext' | 'boolean' | 'decimal' | null {
  if (value === null || value === undefined || typeof value === 'string') return 'longtext';
  if (typeof value === 'boolean') return 'boolean';
  return typeof value === 'number' ? 'decimal' : null;
}
