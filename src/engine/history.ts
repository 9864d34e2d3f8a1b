import type { Fault } from '../model/fault.ts';
import type { HistoryRow } from '../model/history.ts';
import { newId } from '../model/world.ts';
import type { Engine } from './engine.ts';
import type { Intent } from './ports.ts';

/** One write and what became of it. `record`: the vendor's id of what was written, where there is one. */
export function historyOf(engine: Engine, intent: Intent, record: string | null, outcome: string): HistoryRow {
  return {
    id: newId(engine.world),
    at: engine.world.now(),
    run: engine.run,
    sync: intent.sync,
    link: intent.link,
    side: intent.side,
    do: intent.operation.do,
    cause: intent.cause,
    record,
    // What is written once a record is back is its own line.
    fields: intent.operation.do === 'restore' ? {} : intent.before,
    outcome,
    ...(intent.source ? { source: intent.source } : {}),
  };
}

export function faultWords(fault: Fault): string {
  return `${fault.kind}: ${fault.say}`;
}
