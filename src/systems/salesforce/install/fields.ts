import type { Fault } from '../../../model/fault.ts';
import { type Attempt, attempt, chunks } from '../../kit/attempt.ts';
import type { Api, Saved } from '../api.ts';
import { faultOf } from '../faults.ts';
import { componentsPerCall, type Properties } from '../metadata.ts';
import { fullNameOf, grantFields, type NamedField } from './permissions.ts';

export interface PlannedField extends NamedField {
  /** As the Metadata API's CustomField takes it, without its name. */
  readonly properties: Properties;
}

/** What came of a field. `known`: it was there already, and only hidden from us. `hidden`: it is there, and access to it was refused. */
export type Outcome =
  | { readonly is: 'created' | 'known' }
  | { readonly is: 'refused' | 'hidden'; readonly fault: Fault };

/** By full name. */
export type Made = ReadonlyMap<string, Outcome>;

/**
 * Creates the fields, ten in a call, and lets our user see them; `open` are fields that are there and that our user may not edit yet. Where a
 * whole call is refused no further one is sent: the next would be refused alike. What was created stays whatever becomes of the others.
 */
export async function makeFields(
  api: Api,
  user: () => Promise<string>,
  planned: readonly PlannedField[],
  open: readonly NamedField[],
  told: (done: number) => void,
): Promise<Made> {
  const made = new Map<string, Outcome>();
  let broken: Attempt<never> | null = null;
  for (const few of chunks(planned, componentsPerCall)) {
    const components = few.map((field) => ({ fullName: fullNameOf(field), properties: field.properties }));
    const results: Attempt<Saved> =
      broken ?? (await attempt(() => api.putMetadata('createMetadata', 'CustomField', components)));
    if (!results.ok) broken = results;
    for (const [i, field] of few.entries())
      made.set(fullNameOf(field), results.ok ? outcomeOf(results.value[i]) : refused(results.fault));
    if (results.ok) told(made.size);
  }
  const seen = [...planned.filter((field) => made.get(fullNameOf(field))?.is !== 'refused'), ...open];
  if (seen.length === 0) return made;
  const granted = await attempt(async () => grantFields(api, await user(), seen));
  for (const field of seen) {
    const fault = granted.ok ? granted.value.get(fullNameOf(field)) : granted.fault;
    if (fault !== undefined) made.set(fullNameOf(field), { is: 'hidden', fault });
  }
  return made;
}

/** Salesforce says DUPLICATE_DEVELOPER_NAME where the field exists and only is not visible to us. */
function outcomeOf(result: Saved[number] | undefined): Outcome {
  if (result === undefined) return refused({ kind: 'unsure', say: 'Salesforce left the field out of its answer.' });
  if (result.success) return { is: 'created' };
  const error = result.errors[0];
  if (error === undefined) return refused({ kind: 'refused', say: 'Salesforce refused it without a reason.' });
  return error.statusCode?.startsWith('DUPLICATE') === true ? { is: 'known' } : refused(faultOf(error));
}

function refused(fault: Fault): Outcome {
  return { is: 'refused', fault };
}
