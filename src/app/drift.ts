import { compileSync, type SyncInput } from '../mapping/compile.ts';
import { asWritten } from '../mapping/input.ts';
import { nearest, type Problem } from '../mapping/problem.ts';
import { aType } from '../mapping/types.ts';
import { type FieldDescription, fieldOf, type ObjectType } from '../model/object-type.ts';
import { type Side, sides } from '../model/record.ts';
import type { Rule, SyncSetup } from '../model/sync.ts';
import type { AppError } from './app.ts';

/**
 * Schema drift (requirement X-08): an account changes a field that a sync maps. What was sound once and is broken now freezes its rule: the
 * sync runs on without it, what both records hold stays, and so do the bases, because the sync is compiled with the fields as they were and
 * keeps its hash. What the sync cannot do without (a required value, a criterion, a filter, a write-back) refuses it as ever.
 */
export interface Footing {
  /** The settings of fields and references that were sound, as text: one that a person wrote since has never stood. */
  readonly settings: readonly string[];
  /** Every field of both objects, by name: what is not among them is new. */
  readonly names: Readonly<Record<Side, readonly string[]>>;
  /** The fields that the sync uses, as they were described. */
  readonly fields: Readonly<Record<Side, readonly FieldDescription[]>>;
}

/** A rule that cannot work as the account is now. `path`: where it stands in the sync, `fields[2]`. Rule '': the whole sync. */
export interface FrozenRule {
  readonly rule: string;
  readonly path: string;
  readonly message: string;
  /** The sides whose field is not there any more; on the others it is there, and may be another one. */
  readonly gone: readonly Side[];
}

export interface Standing {
  /** null: what is broken is more than rules that stood once; `problems` has it. */
  readonly setup: SyncSetup | null;
  readonly problems: readonly Problem[];
  readonly frozen: readonly FrozenRule[];
  /** Settings (`fields[2]`) whose value map names options that are gone: they go on with what is left. */
  readonly stale: readonly string[];
  /** What is to be remembered. */
  readonly footing: Footing | null;
}

/** The sync as it can run on the accounts as they are. Pure. `before`: what was remembered of it; null: it has never run. */
export function standingOf(input: SyncInput, before: Footing | null): Standing {
  const plain = compileSync(input);
  const refused: Standing = { setup: null, problems: plain.problems, frozen: [], stale: [], footing: null };
  if (plain.setup) return { ...refused, setup: plain.setup, footing: footingOf(input, plain.setup) };
  const broken = before && brokenSettings(input, before, plain.problems);
  if (!before || !broken) return refused;
  const asItWas = restored(input, before, broken);
  const { setup } = compileSync(asItWas);
  if (!setup) return refused;
  const frozen = new Map<string, FrozenRule>();
  for (const [path, { index, problems, isStale }] of broken) {
    const rule = setup.rules[index];
    // Every record that is created needs it: there is no going on without.
    if (!rule || (!isStale && (rule.required.crm || rule.required.desk))) return refused;
    const message = isStale ? '' : frozenWords(input, before, rule, path, problems);
    if (!isStale)
      frozen.set(rule.id, {
        rule: rule.id,
        path,
        message,
        gone: missingOf(input, before, rule).map(({ side }) => side),
      });
  }
  return {
    setup: without(setup, input, frozen),
    problems: plain.problems,
    frozen: [...frozen.values()],
    stale: [...broken].flatMap(([path, { isStale }]) => (isStale ? [path] : [])),
    // What was new when the field went stays new: it is what the field may be called now.
    footing: { ...footingOf(asItWas, setup), ...(frozen.size > 0 ? { names: before.names } : {}) },
  };
}

interface Broken {
  /** Of its rule among all rules. */
  readonly index: number;
  readonly problems: readonly Problem[];
  readonly isStale: boolean;
  readonly named: Readonly<Record<Side, string | undefined>>;
}

/** The settings that these problems are of, by path; null where one of them never stood, or something else is broken. */
function brokenSettings(
  input: SyncInput,
  before: Footing,
  problems: readonly Problem[],
): ReadonlyMap<string, Broken> | null {
  const broken = new Map<string, Broken>();
  for (const problem of problems) {
    const [list, index] = problem.path;
    if ((list !== 'fields' && list !== 'references') || typeof index !== 'number') return null;
    const setting = list === 'fields' ? input.fields[index] : input.references?.[index];
    if (setting === undefined || !before.settings.includes(JSON.stringify(setting))) return null;
    const path = `${list}[${index}]`;
    const known = broken.get(path);
    broken.set(path, {
      index: list === 'fields' ? index : input.fields.length + index,
      problems: [...(known?.problems ?? []), problem],
      isStale: (known?.isStale ?? true) && problem.path[2] === 'values',
      named: { crm: setting.crm, desk: setting.desk },
    });
  }
  return broken;
}

/** The input with the broken fields as they were: missing ones are there, others have their old description or their old options. */
function restored(input: SyncInput, before: Footing, broken: ReadonlyMap<string, Broken>): SyncInput {
  const of = (side: Side): SyncInput['crm'] => {
    const { type } = input[side];
    const was = new Map(before.fields[side].map((field) => [field.name, field]));
    const all = [...broken.values()];
    const names = (isStale: boolean) =>
      new Set(all.filter((each) => each.isStale === isStale).map(({ named }) => named[side]));
    const [frozen, stale] = [names(false), names(true)];
    const fields = type.fields.map((field) => {
      const old = was.get(field.name);
      if (old && frozen.has(field.name)) return old;
      return old && stale.has(field.name) ? withOptions(field, old) : field;
    });
    const missing = before.fields[side].filter(({ name }) => fieldOf(type, name) === undefined);
    return { ...input[side], type: { ...type, fields: [...fields, ...missing] } };
  };
  return { ...input, crm: of('crm'), desk: of('desk') };
}

function withOptions(field: FieldDescription, old: FieldDescription): FieldDescription {
  if (field.options === null || old.options === null) return old;
  const usable = new Set(field.options.filter(({ active }) => active).map(({ value }) => value));
  const gone = old.options.filter(({ value }) => !usable.has(value));
  return { ...field, options: [...field.options.filter(({ value }) => usable.has(value)), ...gone] };
}

/** Nobody reads or writes what is not there, and messages and look-ups go by the objects as they are. */
function without(setup: SyncSetup, input: SyncInput, frozen: ReadonlyMap<string, FrozenRule>): SyncSetup {
  const rules = setup.rules.filter(({ id }) => !frozen.has(id));
  const of = <Each>(make: (side: Side) => Each) => ({ crm: make('crm'), desk: make('desk') });
  const reads = of((side) => setup.reads[side].filter((name) => fieldOf(input[side].type, name) !== undefined));
  const computed = of((side) => setup.computed[side].filter(({ name }) => rules.some((rule) => rule[side] === name)));
  return {
    ...setup,
    rules,
    frozen: setup.rules.filter(({ id }) => frozen.has(id)),
    reads,
    computed,
    crm: { ...setup.crm, type: input.crm.type },
    desk: { ...setup.desk, type: input.desk.type },
  };
}

function footingOf(input: SyncInput, setup: SyncSetup): Footing {
  const of = <Each>(make: (side: Side, type: ObjectType) => Each) => ({
    crm: make('crm', input.crm.type),
    desk: make('desk', input.desk.type),
  });
  const isUsed = (side: Side, name: string) =>
    setup.reads[side].includes(name) || setup.rules.some((rule) => rule[side] === name);
  return {
    settings: [...input.fields, ...(input.references ?? [])].map((setting) => JSON.stringify(setting)),
    names: of((_side, type) => type.fields.map(({ name }) => name)),
    fields: of((side, type) =>
      type.fields.filter(({ name }) => isUsed(side, name)).toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    ),
  };
}

function missingOf(
  input: SyncInput,
  before: Footing,
  rule: Rule,
): readonly { readonly side: Side; readonly was: FieldDescription }[] {
  return sides.flatMap((side) => {
    const was = before.fields[side].find(({ name }) => name === rule[side]);
    return was && fieldOf(input[side].type, was.name) === undefined ? [{ side, was }] : [];
  });
}

function frozenWords(
  input: SyncInput,
  before: Footing,
  rule: Rule,
  path: string,
  problems: readonly Problem[],
): string {
  const missing = missingOf(input, before, rule);
  const rest = 'Both records keep what they have there, and everything else goes on.';
  const where = `the mapping (${written(input, path)})`;
  const [gone] = missing;
  if (!gone) {
    const [first] = problems;
    const was = sides.flatMap((side) => {
      const field = before.fields[side].find(({ name }) => name === rule[side]);
      return field ? [`${input[side].label} ${field.name} was ${aType(field)}`] : [];
    });
    const what = (first?.problem ?? '').replace(`Sync ${input.name}: `, '');
    return `The rule ${rule.id} is frozen: ${what} When it worked, ${was.join(' and ')}. ${rest} Change the field back, or ${where}. ${first?.fix ?? ''}`.trimEnd();
  }
  const { side, was } = gone;
  const { label, object, type } = input[side];
  const likely = likelyName(type, before, side, was, input);
  const now = likely ? ` Most likely it is "${likely.name}" ("${likely.label}") now.` : '';
  return `The rule ${rule.id} is frozen: ${label} ${object} has no field "${was.name}" any more (it was "${was.label}", ${aType(was)}). It was deleted or renamed, or it is hidden from our user.${now} ${rest} Bring the field back, or change ${where}.`;
}

/** `syncs.accounts.moreFields[0]` for what is `fields[0]` of the input; a preset's rule gives way to one of the person's own. */
function written(input: SyncInput, path: string): string {
  const [, list = '', index = '0'] = /^(\w+)\[(\d+)\]$/.exec(path) ?? [];
  const [key, at] = asWritten(input, [list, Number(index)]);
  if (key === 'preset' && list === 'fields')
    return `syncs.${input.name}.${input.own?.key}: a rule there takes the place of the preset's`;
  return `syncs.${input.name}.${key}${typeof at === 'number' ? `[${at}]` : ''}`;
}

/** What is told of a sync that the accounts do not fit any more, for as long as that is so. */
export function standstill(name: string, { message, problems }: AppError): FrozenRule {
  const all = problems.map(({ problem }) => problem.replace(`Sync ${name}: `, ''));
  const why = [`The sync "${name}" stands still, and nothing of it is written: ${message}.`, ...new Set(all)].join(' ');
  const mend =
    problems.length > 0 ? ' Show it to our user again, or change the mapping; then it goes on by itself.' : '';
  return { rule: '', path: '', message: `${why}${mend}`, gone: [] };
}

/** The field that this one has most likely become: the same label, else the one new field of its type, else the nearest name. */
function likelyName(
  type: ObjectType,
  before: Footing,
  side: Side,
  was: FieldDescription,
  input: SyncInput,
): FieldDescription | undefined {
  const mapped = new Set([...input.fields, ...(input.references ?? [])].map((setting) => setting[side]));
  const free = type.fields.filter((field) => !mapped.has(field.name) && field.type === was.type);
  const fresh = free.filter(({ name }) => !before.names[side].includes(name));
  const sameLabel = (all: readonly FieldDescription[]) =>
    all.find(({ label }) => label.toLowerCase() === was.label.toLowerCase());
  const only = fresh.length === 1 ? fresh[0] : undefined;
  const [near] = nearest(
    was.name,
    fresh.map(({ name }) => name),
  );
  return sameLabel(fresh) ?? sameLabel(free) ?? only ?? fresh.find(({ name }) => name === near);
}
