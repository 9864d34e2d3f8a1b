import { isJsonList, isJsonObject, type Json, type JsonObject } from '../../../twins/json.ts';
import { invalid, type Problem } from './refusal.ts';
import type { Settings } from './settings.ts';

/**
 * E-mails and phones, one of them the primary one. A primary value alone promotes the one that is there, or replaces the old primary
 * one; a set alone must hold the primary one that was; a set and a primary value must agree.
 * Source: OroPlatform, functional tests of primary e-mails and phones (AddressBundle), "Contact" (API resources).
 */
interface Point {
  readonly list: 'emails' | 'phones';
  readonly item: 'email' | 'phone';
  readonly primary: 'primaryEmail' | 'primaryPhone';
  readonly unknown: string;
  readonly missing: string;
}

export const points: readonly Point[] = [
  {
    list: 'emails',
    item: 'email',
    primary: 'primaryEmail',
    unknown: 'Unknown primary email address.',
    missing: 'One of the emails must be set as primary.',
  },
  {
    list: 'phones',
    item: 'phone',
    primary: 'primaryPhone',
    unknown: 'Unknown primary phone number.',
    missing: 'One of the phones must be set as primary.',
  },
];

/** Members of a list attribute as texts. */
export function itemsOf(list: Json | undefined, item: string): readonly string[] {
  if (!isJsonList(list)) return [];
  return list.flatMap((member) => {
    const text = isJsonObject(member) ? member[item] : undefined;
    return typeof text === 'string' ? [text] : [];
  });
}

/**
 * Brings the set and the primary value of `values` together. `given` names what the request sent.
 * Answers the changed values; adds to `problems` where they cannot agree.
 */
export function settlePoint(
  point: Point,
  before: Readonly<Record<string, Json>>,
  values: Readonly<Record<string, Json>>,
  given: ReadonlySet<string>,
  pointer: string,
  settings: Settings,
  problems: Problem[],
): JsonObject {
  const { list, item, primary } = point;
  const old = textOf(before[primary]);
  const chosen = textOf(values[primary]);
  const items = itemsOf(values[list], item);
  const done = (all: readonly string[], first: string | null): JsonObject => ({
    [list]: all.map((text) => ({ [item]: text })),
    [primary]: first,
  });
  if (given.has(list) && given.has(primary)) {
    if (chosen !== null && items.length > 0 && !items.includes(chosen)) {
      problems.push(invalid('primary item', point.unknown, `${pointer}/attributes/${primary}`));
    }
    if (chosen === null && items.length > 0) problems.push(missing(point, pointer));
    return done(items, items.length === 0 ? null : chosen);
  }
  if (given.has(list)) {
    if (items.length === 0) return done([], null);
    if (old !== null && items.includes(old)) return done(items, old);
    if (settings.primaryDropped === 'first') return done(items, items[0] ?? null);
    problems.push(missing(point, pointer));
    return done(items, null);
  }
  if (chosen === null) {
    if (items.length > 0) problems.push(missing(point, pointer));
    return done(items, null);
  }
  if (items.includes(chosen)) return done(items, chosen);
  const left = settings.primaryReplaced === 'drop' ? items.filter((text) => text !== old) : items;
  return done([...left, chosen], chosen);
}

function missing(point: Point, pointer: string): Problem {
  return invalid('contains primary', point.missing, `${pointer}/attributes/${point.list}`);
}

function textOf(value: Json | undefined): string | null {
  return typeof value === 'string' ? value : null;
}
