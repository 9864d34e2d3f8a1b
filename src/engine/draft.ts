import type { Cause, Overruled } from '../model/history.ts';
import type { End } from '../model/link.ts';
import type { Side } from '../model/record.ts';
import { baseKey, type Rule, type SyncSetup, sideOf } from '../model/sync.ts';
import type { Value } from '../model/value.ts';
import type { DueLink } from './ports.ts';
import type { Write } from './verdict.ts';

/** The key under which an end remembers that the other side's id was written into it. */
export const writeBackKey = '@write-back';

/** Names the write-back where a hold or history names a rule. */
export const writeBackField = 'write-back';

/** What one side of a pair is about to get, gathered field by field: bases that agree as they are, and values to be written. */
export interface Draft {
  /** The side's value becomes its base; nothing is written. */
  agree(key: string, value: Value, hash: string): void;
  /** Remembers when a value moved that cannot be settled yet. */
  moved(key: string, at: number | null): void;
  /** `value` is to be written here; `source` is what the other side had when that was decided. */
  send(rule: Rule, value: Value, current: Value, source: Value, cause: Cause, more?: Sending): void;
  sendId(field: string, id: string, current: Value): void;
  /** What this field will hold after the write: later rules onto the same field (append) add to it. */
  pending(field: string): Value | undefined;
  end(): End;
  write(due: DueLink, setup: SyncSetup): Write | null;
}

export interface Sending {
  /** What becomes the base here, where that is not the value itself: it is kept beside what shows, or our own moves are still to go. */
  readonly base?: Value | undefined;
  /** Why what stands here gives way, for the history. */
  readonly over?: Overruled | null;
}

export function newDraft(side: Side, end: End): Draft {
  const base: Record<string, Value> = {};
  const rules: Record<string, string> = {};
  const movedAt: Record<string, number> = {};
  const fields: Record<string, Value> = {};
  const before: Record<string, Write['before'][string]> = {};
  const here: Record<string, Value> = {};
  const there: Record<string, Value> = {};
  const hashes: Record<string, string> = {};
  let cause: Cause = 'write-back';

  return {
    agree(key, value, hash) {
      base[key] = value;
      rules[key] = hash;
    },
    moved(key, at) {
      if (at !== null && end.movedAt[key] !== at) movedAt[key] = at;
    },
    send(rule, value, current, source, why, { base: agreed = value, over = null } = {}) {
      const field = rule[side];
      before[field] = {
        before: before[field]?.before ?? current,
        after: value,
        rule: rule.id,
        ...(over ? { over } : {}),
      };
      fields[field] = value;
      const key = baseKey(rule);
      here[key] = agreed;
      there[key] = source;
      hashes[key] = rule.hash;
      cause = why;
    },
    sendId(field, id, current) {
      before[field] = { before: current, after: id, rule: 'write-back' };
      fields[field] = id;
      here[writeBackKey] = id;
      hashes[writeBackKey] = 'write-back';
    },
    pending: (field) => fields[field],
    end() {
      if (Object.keys(base).length === 0 && Object.keys(movedAt).length === 0) return end;
      const times = Object.entries({ ...end.movedAt, ...movedAt }).filter(([key]) => !(key in base));
      return {
        ...end,
        base: { ...end.base, ...base },
        rules: { ...end.rules, ...rules },
        movedAt: Object.fromEntries(times),
      };
    },
    write(due, setup) {
      if (Object.keys(fields).length === 0) return null;
      const place = sideOf(setup, side);
      return {
        side,
        operation: {
          do: 'update',
          link: due.link.id,
          ref: { connection: place.connection, object: place.object, id: end.id },
          expect: due[side]?.version ?? null,
          fields,
        },
        cause: due.cause === 'retry' || due.cause === 'answer' ? due.cause : cause,
        before,
        agreed: side === 'crm' ? { crm: here, desk: there, rules: hashes } : { crm: there, desk: here, rules: hashes },
      };
    },
  };
}
