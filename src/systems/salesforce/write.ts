import type { Fault } from '../../model/fault.ts';
import type { Operation, Outcome, Sent } from '../../model/operation.ts';
import type { Delta, Value } from '../../model/value.ts';
import { attempt } from '../kit/attempt.ts';
import { faultOf } from './faults.ts';
import { markField } from './objects.ts';
import { id18, type Row, toSalesforce } from './values.ts';
import type { Api, Save, Saved } from './wire.ts';

/**
 * Writes by the sObject Collections resource: up to 200 records of one object in one call, each with its own outcome (`allOrNone` is off).
 *
 * A create with a mark is an upsert on the mark field, so sending it twice makes one record; without a mark it is an insert. A removal goes
 * to the recycle bin, whichever way was asked for: REST cannot delete past it.
 */
export async function writeRecords(api: Api, operations: readonly Operation[], until: number): Promise<Sent> {
  const outcomes: (Outcome | undefined)[] = operations.map(() => undefined);
  const calls = new Map<string, { readonly places: number[]; readonly records: (Row | string)[] }>();
  for (const [place, operation] of operations.entries()) {
    const record = recordOf(operation);
    if ('fault' in record) {
      outcomes[place] = { ok: false, fault: record.fault };
      continue;
    }
    const call = calls.get(record.call) ?? { places: [], records: [] };
    calls.set(record.call, call);
    call.places.push(place);
    call.records.push(record.record);
  }
  for (const [how, { places, records }] of calls) {
    const sent = await attempt(() => api.save(saveOf(how, records), until));
    for (const [i, outcome] of outcomesOf(sent, records.length).entries()) {
      const place = places[i];
      const operation = place === undefined ? undefined : operations[place];
      if (place === undefined || operation === undefined) continue;
      outcomes[place] = outcome.ok && outcome.id === '' ? { ...outcome, id: givenId(operation) } : outcome;
    }
  }
  return { done: outcomes.map((outcome) => outcome ?? { ok: false, fault: bug('This operation was not sent.') }) };
}

type Prepared = { readonly call: string; readonly record: Row | string } | { readonly fault: Fault };

function recordOf(operation: Operation): Prepared {
  if (operation.do === 'restore') {
    return {
      fault: {
        kind: 'refused',
        say: 'Salesforce lets records out of the recycle bin only by hand or by its SOAP interface, which Syncline does not speak yet.',
        code: 'RESTORE_NOT_SUPPORTED',
      },
    };
  }
  if (operation.do === 'remove') return { call: 'delete', record: operation.ref.id };
  const fields = fieldsOf(operation.fields);
  if ('fault' in fields) return fields;
  if (operation.do === 'update') {
    return {
      call: 'update',
      record: { attributes: { type: operation.ref.object }, id: operation.ref.id, ...fields.fields },
    };
  }
  const attributes = { type: operation.object };
  if (operation.mark === null) return { call: 'insert', record: { attributes, ...fields.fields } };
  const key = operation.markField ?? markField;
  return {
    call: `upsert ${operation.object} ${key}`,
    record: { attributes, ...fields.fields, [key]: operation.mark },
  };
}

function saveOf(how: string, records: readonly (Row | string)[]): Save {
  const rows = records.filter((record): record is Row => typeof record !== 'string');
  if (how === 'delete') return { do: 'delete', ids: records.filter((record) => typeof record === 'string') };
  if (how === 'insert' || how === 'update') return { do: how, records: rows };
  const [, object = '', key = ''] = how.split(' ');
  return { do: 'upsert', object, key, records: rows };
}

function fieldsOf(
  fields: Readonly<Record<string, Value | Delta>>,
): { readonly fields: Row } | { readonly fault: Fault } {
  const written: Record<string, string | number | boolean | null> = {};
  for (const [name, value] of Object.entries(fields)) {
    const text = isDelta(value) ? undefined : toSalesforce(value);
    if (text === undefined) return { fault: bug(`The value of ${name} cannot be written to Salesforce as it is.`) };
    written[name] = text;
  }
  return { fields: written };
}

function isDelta(value: Value | Delta): value is Delta {
  return typeof value === 'object' && value !== null && 'add' in value;
}

function outcomesOf(sent: Awaited<ReturnType<typeof attempt<Saved>>>, length: number): readonly Outcome[] {
  const all = (fault: Fault): readonly Outcome[] => Array.from({ length }, () => ({ ok: false, fault }));
  if (!sent.ok) return all(sent.fault);
  if (sent.value.length !== length) {
    return all({ kind: 'unsure', say: `Salesforce answered ${sent.value.length} results for ${length} records.` });
  }
  return sent.value.map((one): Outcome => {
    if (one.success) return { ok: true, id: id18(one.id ?? ''), version: null, now: null };
    const error = one.errors[0];
    return { ok: false, fault: error === undefined ? bug('Salesforce refused it without a reason.') : faultOf(error) };
  });
}

function givenId(operation: Operation): string {
  return operation.do === 'create' ? '' : operation.ref.id;
}

function bug(say: string): Fault {
  return { kind: 'bug', say };
}
