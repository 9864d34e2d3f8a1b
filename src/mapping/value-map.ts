import type { Side } from '../model/record.ts';
import { type Direction, flows } from '../model/sync.ts';
import type { Value } from '../model/value.ts';
import type { Scalar, ValuesSetting } from './settings.ts';

/** The maps of one rule, one for each way in which the field flows; null where values go over as they are. */
export interface ValueMaps {
  readonly toDesk: ValueMap | null;
  readonly toCrm: ValueMap | null;
}

export interface ValueMap {
  /** By the source's value as text (`true` for a ticked box). */
  readonly entries: Readonly<Record<string, Scalar>>;
  /** What happens to a value that no entry names. */
  readonly other: { readonly is: 'hold' } | { readonly is: 'keep' } | { readonly is: 'value'; readonly value: Scalar };
}

export type Mapped =
  | { readonly is: 'value'; readonly value: Scalar }
  | { readonly is: 'keep' }
  | { readonly is: 'unmapped' };

export function mapValue(map: ValueMap, value: Value): Mapped {
  const key = String(value);
  const entry = Object.hasOwn(map.entries, key) ? map.entries[key] : undefined;
  if (entry !== undefined) return { is: 'value', value: entry };
  if (map.other.is === 'value') return map.other;
  return map.other.is === 'keep' ? { is: 'keep' } : { is: 'unmapped' };
}

/** Several source values that one map sends to the same value: the map cannot be turned round. */
export interface Clash {
  readonly value: string;
  readonly keys: readonly string[];
}

/**
 * The maps that a setting means. A single map reads from source to target; in a two-way field it reads from the CRM to the help desk and
 * is turned round for the way back, which needs every value to appear once: else `clash` names the first that does not.
 */
export function valueMapsOf(
  setting: ValuesSetting | undefined,
  direction: Direction,
): { readonly maps: ValueMaps; readonly clash: Clash | null; readonly missing: Side | null } {
  if (setting === undefined) return { maps: { toDesk: null, toCrm: null }, clash: null, missing: null };
  const { toDesk, toCrm, single, other } = parts(setting);
  const mapOf = (entries: Readonly<Record<string, Scalar>> | null): ValueMap | null =>
    entries === null ? null : { entries, other: otherOf(other) };
  if (single !== null && direction !== 'both') {
    const map = mapOf(single);
    return { maps: { toDesk: map, toCrm: map }, clash: null, missing: null };
  }
  const there = toDesk ?? single;
  let back = toCrm;
  let clash: Clash | null = null;
  if (back === null && there !== null && direction === 'both') {
    const turned = turn(there);
    back = turned.entries;
    clash = turned.clash;
  }
  const missing =
    flows(direction, 'desk') && there === null ? 'desk' : direction === 'desk-to-crm' && back === null ? 'crm' : null;
  return { maps: { toDesk: mapOf(there), toCrm: mapOf(back) }, clash, missing };
}

interface Parts {
  readonly toDesk: Readonly<Record<string, Scalar>> | null;
  readonly toCrm: Readonly<Record<string, Scalar>> | null;
  readonly single: Readonly<Record<string, Scalar>> | null;
  readonly other: Scalar | undefined;
}

/** `other` beside single entries is the fall-back too; a value that is itself called `other` is mapped under toDesk or toCrm. */
function parts(setting: ValuesSetting): Parts {
  const { other, ...rest } = setting;
  const single: Record<string, Scalar> = {};
  let toDesk: Readonly<Record<string, Scalar>> | null = null;
  let toCrm: Readonly<Record<string, Scalar>> | null = null;
  for (const [key, value] of Object.entries(rest)) {
    if (value === undefined) continue;
    if (typeof value !== 'object') single[key] = value;
    else if (key === 'toDesk') toDesk = value;
    else toCrm = value;
  }
  const twoMaps = toDesk !== null || toCrm !== null;
  return { toDesk, toCrm, single: twoMaps ? null : single, other: typeof other === 'object' ? undefined : other };
}

function otherOf(other: Scalar | undefined): ValueMap['other'] {
  if (other === undefined || other === 'hold') return { is: 'hold' };
  return other === 'keep' ? { is: 'keep' } : { is: 'value', value: other };
}

function turn(entries: Readonly<Record<string, Scalar>>): {
  entries: Readonly<Record<string, Scalar>>;
  clash: Clash | null;
} {
  const sources = new Map<string, string[]>();
  for (const [key, value] of Object.entries(entries))
    sources.set(String(value), [...(sources.get(String(value)) ?? []), key]);
  const turned: Record<string, Scalar> = {};
  let clash: Clash | null = null;
  for (const [value, keys] of sources) {
    const [first] = keys;
    if (keys.length > 1) clash ??= { value, keys };
    else if (first !== undefined) turned[value] = first;
  }
  return { entries: turned, clash };
}
