import { z } from 'zod';
import type { Lane } from '../../model/link.ts';
import type { World } from '../../model/world.ts';
import type { Call } from '../kit/call.ts';
import type { Wire } from '../kit/wire.ts';
import {
  type FieldRow,
  fieldsAnswer,
  type LayoutRow,
  layoutsAnswer,
  type MassLine,
  massAnswer,
  myInfoAnswer,
  organizationsAnswer,
  type RecordRow,
  recordRow,
  rowsAnswer,
} from './answers.ts';
import { apiPath } from './login.ts';
import type { Module } from './modules.ts';
import { customLength, markLabel, pageSize } from './objects.ts';

/** Every address of Zoho Desk's that we use, and nothing but that. Source: Zoho Desk OpenAPI, files "Contact", "Account", "Search". */
export interface ZohoDeskWire {
  me(): Promise<z.infer<typeof myInfoAnswer>>;
  portals(): Promise<z.infer<typeof organizationsAnswer>>;
  fields(module: Module): Promise<readonly FieldRow[]>;
  layouts(module: Module): Promise<readonly LayoutRow[]>;
  /** Creates the custom text field that takes our mark. */
  addMarkField(module: Module): Promise<void>;
  /** One page, from a row (1 is the first), of all records; `fields` says what the rows show, at most 30 names. */
  list(module: Module, page: ListPage): Promise<readonly RecordRow[]>;
  /** The whole record; also one that lies in the bin. */
  one(module: Module, id: string): Promise<RecordRow>;
  /** Several by their ids, as rows of a list; those that are not there are left out. */
  several(module: Module, ids: readonly string[], fields: readonly string[]): Promise<readonly RecordRow[]>;
  /** One page, from a row (0 is the first), of what the search index finds. */
  search(module: Module, query: Readonly<Record<string, string>>, from: number): Promise<readonly RecordRow[]>;
  /** One page, from a row (0 is the first), of what was moved to the bin, latest first. */
  bin(module: Module, from: number): Promise<readonly RecordRow[]>;
  create(module: Module, body: Body, until: number): Promise<RecordRow>;
  update(module: Module, id: string, body: Body, until: number): Promise<RecordRow>;
  trash(module: Module, ids: readonly string[], until: number): Promise<void>;
  restore(module: Module, ids: readonly string[], until: number): Promise<readonly MassLine[]>;
  /** A moment of our clock on the vendor's (ms), by the dates of its answers: never later than it was there. */
  theirs(ours: number): number;
}

export interface ListPage {
  readonly sortBy: '-modifiedTime' | '-createdTime';
  readonly from: number;
  readonly fields: readonly string[];
  readonly lane: Lane;
}

type Body = Readonly<Record<string, unknown>>;

/** Where answers have no date, our clock is believed to a quarter of an hour. */
const undatedDoubtMs = 900_000;

export function createZohoDeskWire(wire: Wire, world: Pick<World, 'now'>): ZohoDeskWire {
  let skewMs = -undatedDoubtMs;

  async function ask<T>(call: Call<T>): Promise<T> {
    const reply = await wire.request({ ...call, path: apiPath + call.path });
    const date = Date.parse(reply.headers.get('date') ?? '');
    // The header is cut down to whole seconds, so this is the least that their clock can be ahead of ours.
    if (!Number.isNaN(date)) skewMs = date - world.now();
    return reply.body;
  }
  const read = { kind: 'read', method: 'GET' } as const;
  const page = { limit: String(pageSize) };

  return {
    me: () => ask({ ...read, path: '/myinfo', answer: myInfoAnswer, what: 'asking who we are' }),
    portals: () =>
      ask({ ...read, path: '/organizations', answer: organizationsAnswer, what: 'asking for the portals' }),
    fields({ plural }) {
      const what = `reading the fields of ${plural}`;
      return ask({ ...read, path: '/organizationFields', query: { module: plural }, answer: fieldsAnswer, what });
    },
    layouts({ plural }) {
      const what = `reading the layouts of ${plural}`;
      return ask({ ...read, path: '/layouts', query: { module: plural }, answer: layoutsAnswer, what });
    },
    async addMarkField({ plural }) {
      const body = { module: plural, displayLabel: markLabel, type: 'Text', maxLength: customLength };
      const what = `creating the field "${markLabel}" of ${plural}`;
      await ask({ kind: 'write', method: 'POST', path: '/organizationFields', body, answer: z.unknown(), what });
    },
    list({ plural }, { sortBy, from, fields, lane }) {
      const query = { ...page, sortBy, from: String(from), fields: fields.join(',') };
      return ask({ ...read, path: `/${plural}`, query, lane, answer: rowsAnswer, what: `listing ${plural}` });
    },
    one({ plural, object }, id) {
      return ask({ ...read, path: `/${plural}/${id}`, answer: recordRow, what: `reading ${object} ${id}` });
    },
    several({ plural, byIds }, ids, fields) {
      const query = { ids: ids.join(','), fields: fields.join(',') };
      const path = `/${plural}/${byIds?.path ?? ''}`;
      return ask({ ...read, path, query, answer: rowsAnswer, what: `reading ${ids.length} ${plural}` });
    },
    search({ plural }, query, from) {
      const what = `looking for ${plural}`;
      const all = { ...query, ...page, from: String(from) };
      return ask({ ...read, path: `/${plural}/search`, query: all, answer: rowsAnswer, what });
    },
    bin({ plural }, from) {
      const query = { ...page, module: plural, sortBy: '-deletedTime', from: String(from) };
      return ask({ ...read, path: '/recycleBin', query, answer: rowsAnswer, what: `reading the bin of ${plural}` });
    },
    create({ plural, object }, body, until) {
      const what = `creating a record of ${object}`;
      return ask({ kind: 'write', method: 'POST', path: `/${plural}`, body, until, answer: recordRow, what });
    },
    update({ plural, object }, id, body, until) {
      const what = `updating ${object} ${id}`;
      return ask({ kind: 'write', method: 'PATCH', path: `/${plural}/${id}`, body, until, answer: recordRow, what });
    },
    async trash({ plural, trashIds }, ids, until) {
      const body = { [trashIds]: ids };
      const what = `moving ${ids.length} ${plural} to the bin`;
      const path = `/${plural}/moveToTrash`;
      await ask({ kind: 'write', method: 'POST', path, body, until, answer: z.unknown(), what });
    },
    async restore({ plural }, ids, until) {
      const what = `bringing ${ids.length} ${plural} back from the bin`;
      const path = '/recycleBin/restore';
      const answer = await ask({ kind: 'write', method: 'POST', path, body: { ids }, until, answer: massAnswer, what });
      return answer.results;
    },
    theirs: (ours) => ours + skewMs,
  };
}
