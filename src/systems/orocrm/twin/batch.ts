import type { Json, JsonObject } from '../../../twins/json.ts';
import type { Office } from './office.ts';
import { type Problem, Refusal } from './refusal.ts';
import type { ResourceType } from './resource.ts';
import { type Doer, type Item, placed, reach, saveAll } from './save.ts';
import { chunkSize, isItem, readSheet, type Sheet } from './sheet.ts';
import type { OroRecord } from './shelf.ts';

/** One row of `asyncoperations/<id>/errors`. */
export interface OperationError {
  /** `<operation>-<chunk>-<number>`; chunk 0 is the document itself. */
  readonly id: string;
  readonly problem: Problem;
}

interface Run {
  readonly id: string;
  readonly doer: Doer;
  readonly type: ResourceType;
  /** null: not JSON. */
  readonly body: Json | null;
}

/**
 * Asynchronous batches: `new` until the consumer of the message queue takes them, `running` chunk by chunk, then over. A bad item fails
 * alone. Source: OroPlatform, "Batch API" (API guide) and its functional tests.
 */
export class OperationBook {
  readonly #office: Office;
  readonly #errors = new Map<string, OperationError[]>();
  #waiting: Run[] = [];

  constructor(office: Office) {
    this.#office = office;
  }

  errorsOf(id: string): readonly OperationError[] {
    return this.#errors.get(id) ?? [];
  }

  start(doer: Doer, type: ResourceType, body: Json | null): OroRecord {
    const office = this.#office;
    const operations = office.shelf('asyncoperations').type;
    const organization = office.get({ type: 'users', id: doer.by })?.refs.organization ?? null;
    const record: OroRecord = {
      id: office.nextId(operations),
      created: office.now,
      updated: office.now,
      values: { entityType: type.name, status: 'new', elapsedTime: 0 },
      refs: { owner: doer.by, organization },
      hidden: false,
    };
    office.save(operations, record);
    this.#errors.set(record.id, []);
    const run: Run = { id: record.id, doer, type, body };
    if (office.switches.queue === 'stalled') this.#waiting.push(run);
    else this.#schedule(run);
    return record;
  }

  /** The queue has a consumer again. */
  resume(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const run of waiting) this.#schedule(run);
  }

  #schedule(run: Run): void {
    const office = this.#office;
    const { jobMs } = office.switches;
    const wholeMs = typeof jobMs === 'number' ? jobMs : office.chance.between(jobMs[0], jobMs[1]);
    const startMs = office.nowMs + Math.floor(wholeMs * 0.3);
    const endMs = office.nowMs + wholeMs;
    office.agenda.add(startMs, () => this.#begin(run, startMs, endMs));
  }

  #begin(run: Run, startMs: number, endMs: number): void {
    const sheet = run.body === null ? null : readSheet(this.#office, run.type, run.body);
    this.#change(run.id, { status: 'running', progress: 0 });
    const errors = this.#errors.get(run.id) ?? [];
    if (sheet === null) {
      const detail = 'Failed to parse the data file. The document is not valid JSON.';
      errors.push({ id: `${run.id}-0-1`, problem: { status: 400, title: 'async operation exception', detail } });
      this.#office.agenda.add(endMs, () => this.#change(run.id, { status: 'failed' }));
      return;
    }
    sheet.problems.forEach((problem, index) => {
      errors.push({ id: `${run.id}-0-${index + 1}`, problem });
    });
    const chunks = Math.ceil(sheet.items.length / chunkSize);
    const counts = { readCount: 0, writeCount: 0, errorCount: errors.length, createCount: 0, updateCount: 0 };
    const coming = new Map<string, string>();
    for (let chunk = 0; chunk < chunks; chunk++) {
      const atMs = startMs + Math.floor(((endMs - startMs) * (chunk + 1)) / chunks);
      this.#office.agenda.add(atMs, () => {
        this.#save(run, sheet, chunk, coming, counts);
        this.#change(run.id, { progress: (chunk + 1) / chunks });
      });
    }
    this.#office.agenda.add(endMs, () => {
      const hasFailed = chunks === 0 || (counts.writeCount === 0 && this.#office.switches.allFailedStatus === 'failed');
      const summary = { aggregateTime: endMs - startMs, ...counts };
      this.#change(run.id, hasFailed ? { status: 'failed', summary } : { status: 'success', progress: 1, summary });
    });
  }

  #save(
    { id, doer }: Run,
    sheet: Sheet,
    chunk: number,
    coming: Map<string, string>,
    counts: { readCount: number; writeCount: number; errorCount: number; createCount: number; updateCount: number },
  ): void {
    const errors = this.#errors.get(id) ?? [];
    let number = 0;
    for (const item of sheet.items.slice(chunk * chunkSize, (chunk + 1) * chunkSize)) {
      counts.readCount++;
      const problems = isItem(item) ? this.#saveOne(doer, item, sheet, coming, counts) : item;
      for (const problem of problems) errors.push({ id: `${id}-${chunk + 1}-${++number}`, problem });
      counts.errorCount += problems.length;
    }
  }

  #saveOne(
    doer: Doer,
    item: Item,
    { included }: Sheet,
    coming: Map<string, string>,
    counts: { writeCount: number; createCount: number; updateCount: number },
  ): readonly Problem[] {
    const belongs = included.length === 0 ? new Set<Item>() : reach([item], included);
    const mine = included.filter((one) => belongs.has(one) && !coming.has(`${one.type.name}/${String(one.body.id)}`));
    try {
      const { primary } = saveAll(doer, [item], mine, coming);
      counts.writeCount++;
      if (primary[0]?.isNew === true) counts.createCount++;
      else counts.updateCount++;
      return [];
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return error.problems.map((problem) => placed(problem, item.pointer));
    }
  }

  #change(id: string, values: JsonObject): void {
    const office = this.#office;
    const before = office.get({ type: 'asyncoperations', id });
    if (before === undefined) return;
    const elapsedTime = office.now - before.created;
    const after = { ...before, updated: office.now, values: { ...before.values, ...values, elapsedTime } };
    office.save(office.shelf('asyncoperations').type, after);
  }
}
