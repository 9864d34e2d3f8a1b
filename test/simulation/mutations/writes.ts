import type { Operation, Outcome, Sent } from '../../../src/model/operation.ts';
import type { Fields, Value } from '../../../src/model/value.ts';
import type { Mutation } from './mutation.ts';

export const noMark: Mutation = {
  name: 'no-mark',
  says: 'the mark is not written',
  plant: () => ({
    connection: (connection) => ({
      write: (operations, until) =>
        connection.write(
          operations.map((each) => (each.do === 'create' ? { ...each, mark: null } : each)),
          until,
        ),
    }),
  }),
};

export const unsureIsLater: Mutation = {
  name: 'unsure-is-later',
  says: 'a write whose answer was lost is sent again',
  configurations: ['two-way-crm', 'two-way-desk', 'two-way-newest', 'two-way-ask'],
  plant: () => ({
    connection: (connection) => ({
      write: async (operations, until) => answers(await connection.write(operations, until), isLater),
      collect: async (jobs) => (await connection.collect(jobs)).map((sent) => answers(sent, isLater)),
    }),
  }),
};

function isLater(outcome: Outcome): Outcome {
  if (outcome.ok || outcome.fault.kind !== 'unsure') return outcome;
  return { ok: false, fault: { ...outcome.fault, kind: 'later' } };
}

export const baseOfSent: Mutation = {
  name: 'base-of-sent',
  says: 'the base is what was sent, whatever the vendor made of it',
  configurations: ['graded'],
  plant: () => ({
    connection: (connection) => ({
      write: async (operations, until) =>
        answers(await connection.write(operations, until), (outcome, i) => asSent(outcome, operations[i])),
      collect: async (jobs) =>
        (await connection.collect(jobs)).map((sent, k) =>
          answers(sent, (outcome, i) => asSent(outcome, jobs[k]?.operations[i])),
        ),
    }),
  }),
};

function asSent(outcome: Outcome, operation: Operation | undefined): Outcome {
  if (!outcome.ok || (operation?.do !== 'create' && operation?.do !== 'update')) return outcome;
  const now: Fields = Object.fromEntries(
    Object.entries(operation.fields).filter((entry): entry is [string, Value] => !isDelta(entry[1])),
  );
  return { ...outcome, now };
}

const isDelta = (value: unknown): boolean => typeof value === 'object' && value !== null && 'add' in value;

function answers(sent: Sent, change: (outcome: Outcome, i: number) => Outcome): Sent {
  return 'job' in sent ? sent : { done: sent.done.map(change) };
}
