import { fieldOf } from '../model/object-type.ts';
import { other, type Side } from '../model/record.ts';
import { baseKey, flows, type Rule, type SyncSetup, sideOf, withFrozen } from '../model/sync.ts';
import { type Fields, isBlank, same, type Value } from '../model/value.ts';
import { unfitWords, withUnfit } from './answers/fits.ts';
import { refusedAnswer } from './answers/standing.ts';
import { wordOn } from './answers/word.ts';
import { writeBackKey } from './draft.ts';
import { markFor } from './mark.ts';
import { nameOf } from './name.ts';
import { lackOfAny } from './one-of.ts';
import { carry, isIdle } from './parents.ts';
import type { Claim, DueLink } from './ports.ts';
import { pulledAlong } from './pulled.ts';
import { type Around, type HoldDraft, nothingAround, quiet, type Verdict, type Write } from './verdict.ts';

/** A record without a twin: the create that makes one on the other side, or the hold that names what is missing for it. */
export function judgeCreate(
  setup: SyncSetup,
  due: DueLink,
  side: Side,
  seen: Fields,
  around: Around = nothingAround,
): Verdict {
  const target = other(side);
  const place = sideOf(setup, target);
  const end = due.link[side];
  if (!end) return quiet(due.link);
  const name = nameOf(sideOf(setup, side), due[side]);
  const fields: Record<string, Value> = {};
  const before: Record<string, Write['before'][string]> = {};
  const here: Record<string, Value> = {};
  const there: Record<string, Value> = {};
  const rules: Record<string, string> = {};
  const holds: HoldDraft[] = [];
  const required: HoldDraft[] = [];
  const waits: string[] = [];
  const unpaired = new Map<string, string>();
  const unfits = new Map<string, string>();
  const skipped = new Set<string>();
  let missing = false;
  let coming = false;

  // What is left out now, since it is not shown, is refused, or waits, both begin without: what its source has by then is a move that is
  // still to be carried, and no blank that only we have left gives it away in a first meeting. No rule has agreed to that.
  for (const rule of withFrozen(setup)) {
    if (!flows(rule.direction, target)) continue;
    here[baseKey(rule)] = rule.normal(side, null);
    there[baseKey(rule)] = rule.normal(target, null);
  }
  for (const rule of setup.rules) {
    if (!flows(rule.direction, target) || isIdle(rule, around.parents, { [side]: seen })) continue;
    const raw = seen[rule[side]];
    const why = around.failed[side][rule[side]];
    if (why !== undefined) {
      const message = `${name}: ${why}. ${rule[target]} is left out. Change the record, or the expression.`;
      holds.push(fieldHold('refused', side, rule, null, message));
      missing ||= rule.required[target];
    }
    if (raw === undefined && rule[side] !== '') continue;
    const source = rule.normal(side, raw);
    const said = wordOn(due, rule, { [side]: source }) ?? refusedAnswer(around.standing, rule, side, source);
    const given = said?.say === 'value' ? rule.normal(target, said.value) : null;
    const unfit = said?.say === 'value' ? unfitWords(setup, rule, { crm: given, desk: given }, [target]) : null;
    if (unfit) unfits.set(rule.id, unfit);
    const answer = unfit ? undefined : said;
    const refused = due.holds.find(
      (hold) =>
        hold.field === rule.id &&
        hold.vendorCode !== null &&
        (hold.rule ?? rule.hash) === rule.hash &&
        same(hold.values[side], source),
    );
    if (refused && answer?.say !== 'value' && (answer?.say !== 'skip' || rule.required[target])) {
      holds.push(refused);
      missing ||= rule.required[target];
      continue;
    }
    if (answer?.say === 'skip') {
      // Left out, and settled until the source moves; where nothing can be made without it, nothing is.
      skipped.add(rule.id);
      here[baseKey(rule)] = source;
      there[baseKey(rule)] = null;
      rules[baseKey(rule)] = rule.hash;
      continue;
    }
    const converted =
      answer?.say === 'value'
        ? ({ ok: true, value: given } as const)
        : carry(rule, around, target, source, fields[rule[target]], undefined, seen);
    if ('waits' in converted) {
      // Made without it, unless its twin is on its way; either way the link hears of it when it is there.
      waits.push(...converted.waits);
      unpaired.set(rule.id, converted.say);
      coming ||= converted.coming;
      if (!rule.required[target]) continue;
      missing = true;
      const message = `${name}: ${converted.say}, and ${place.label} needs ${rule[target]} to create the ${place.type.label.toLowerCase()}. It is created as soon as that record has one.`;
      required.push(fieldHold('required', side, rule, source, message));
      continue;
    }
    if ('hears' in converted && converted.hears) waits.push(...converted.hears);
    if (!converted.ok) {
      holds.push(fieldHold('refused', side, rule, source, `${name}: ${converted.say}`));
      missing ||= rule.required[target];
      continue;
    }
    if ('leave' in converted) {
      // Agreed as it is: what the other side puts there later is an edit.
      here[baseKey(rule)] = source;
      there[baseKey(rule)] = null;
      rules[baseKey(rule)] = rule.hash;
      continue;
    }
    if (isBlank(converted.value) && rule.required[target]) continue;
    const key = baseKey(rule);
    // What only stands in for now leaves the source with something still to be carried.
    here[key] = 'hears' in converted ? null : source;
    there[key] = converted.value;
    rules[key] = rule.hash;
    if (isBlank(converted.value)) {
      // What the vendor would fill in by itself is said to be empty: else that would look like somebody's edit.
      if (fieldOf(place.type, rule[target])?.defaulted) fields[rule[target]] = null;
      continue;
    }
    fields[rule[target]] = converted.value;
    before[rule[target]] = { before: null, after: converted.value, rule: rule.id };
  }
  for (const rule of setup.rules) {
    if (!flows(rule.direction, target) || !rule.required[target] || rule[target] in fields) continue;
    missing = true;
    if (skipped.has(rule.id) || [...holds, ...required].some((hold) => hold.field === rule.id)) continue;
    const source = rule.normal(side, seen[rule[side]]);
    const shown = seen[rule[side]] === undefined && rule[side] !== '' ? 'does not show its' : 'has no';
    const message = `${name} ${shown} ${rule[side]}, and ${place.label} needs ${rule[target]} to create the ${place.type.label.toLowerCase()}. Fill in ${rule[side]}, or give the rule a default.`;
    required.push(fieldHold('required', side, rule, source, message));
  }
  const lack = lackOfAny(setup, side, { name, seen, fields }, unpaired);
  if (lack) required.push(lack);
  if (coming) return { ...quiet(due.link), is: 'waits', waits };
  if (missing || lack) {
    const open = withUnfit(due.holds, [...required, ...holds], unfits);
    return { ...quiet(due.link), is: open.length > 0 ? 'held' : 'agreed', holds: open, waits };
  }

  const mark = around.isMarkTaken ? null : markFor(setup, target, end.id);
  const markField = setup.mark[target]?.field;
  if (mark !== null && markField) before[markField] = { before: null, after: mark, rule: 'mark' };
  const back = setup.writeBack[target];
  if (back && (!back.called || around.isNamed)) {
    fields[back.field] = end.id;
    before[back.field] = { before: null, after: end.id, rule: 'write-back' };
    there[writeBackKey] = end.id;
    rules[writeBackKey] = 'write-back';
  }
  const write: Write = {
    side: target,
    operation: {
      do: 'create',
      link: due.link.id,
      object: place.object,
      mark,
      ...(mark !== null && markField ? { markField } : {}),
      fields: { ...pulledAlong(setup, target, fields, null), ...fields },
    },
    cause: due.cause === 'retry' || due.cause === 'answer' ? due.cause : 'create',
    before,
    agreed: side === 'crm' ? { crm: here, desk: there, rules } : { crm: there, desk: here, rules },
  };
  const next = writeBackOf(setup, due, side, seen);
  const claims = claimsOf(setup, side, seen, fields);
  return { ...quiet(due.link), is: 'work', write, next, holds: withUnfit(due.holds, holds, unfits), waits, claims };
}

/** The new record's id goes back into the record that it was made from: known once it is there, until then a pointer. */
function writeBackOf(setup: SyncSetup, due: DueLink, side: Side, seen: Fields): Write | null {
  const rule = setup.writeBack[side];
  const id = due.link[side]?.id;
  if (!rule || rule.called || id === undefined) return null;
  const { connection, object } = sideOf(setup, side);
  const link = due.link.id;
  return {
    side,
    operation: {
      do: 'update',
      link,
      ref: { connection, object, id },
      expect: null,
      fields: { [rule.field]: { link } },
    },
    cause: 'write-back',
    before: { [rule.field]: { before: seen[rule.field] ?? null, after: { link }, rule: 'write-back' } },
    agreed: { crm: {}, desk: {}, rules: {} },
  };
}

/**
 * What the new record will be known by — its criterion values, and the values of fields that the vendor keeps unique but may let through
 * twice at the same moment — reserved, so that no second record is created for any of them.
 */
export function claimsOf(setup: SyncSetup, side: Side, seen: Fields, written: Fields): readonly Claim[] {
  const target = other(side);
  const { connection, object, type } = sideOf(setup, target);
  const claims = new Map<string, Claim>();
  const claim = (field: string, value: string) => claims.set(`${field}=${value}`, { connection, object, field, value });
  for (const criterion of setup.match) {
    for (const value of criterion.keys(side, seen[criterion[side]])) claim(criterion[target], value);
  }
  for (const { name, unique } of type.fields) {
    const value = written[name];
    if (unique && typeof value === 'string' && value !== '') claim(name, value.trim().toLowerCase());
  }
  return [...claims.values()];
}

function fieldHold(why: HoldDraft['why'], side: Side, rule: Rule, source: Value, message: string): HoldDraft {
  const values = { crm: side === 'crm' ? source : null, desk: side === 'desk' ? source : null, base: null };
  const from = why === 'refused' ? { rule: rule.hash, from: side } : {};
  return { why, field: rule.id, ...from, values, message, vendorCode: null, candidates: [], wakes: [] };
}
