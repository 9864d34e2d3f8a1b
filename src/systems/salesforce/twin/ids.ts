import type { Chance } from '../../../twins/chance.ts';
import { base62 } from '../../../twins/chance.ts';

/**
 * Record ids: 15 case-sensitive characters (key prefix, instance, a growing number in base 62), and 3 check characters that make them
 * safe where case is lost. The API answers 18 and accepts either (Object Reference, "ID field type").
 */
export const masterRecordType = '012000000000000AAA';

const checkAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';

/** The 18-character form of a 15-character id: per group of five, bit k is set where character k is an upper-case letter. */
export function withCheck(id15: string): string {
  let check = '';
  for (let group = 0; group < 3; group++) {
    let bits = 0;
    for (let k = 0; k < 5; k++) {
      const code = id15.charCodeAt(group * 5 + k);
      if (code >= 65 && code <= 90) bits |= 1 << k;
    }
    check += checkAlphabet.charAt(bits);
  }
  return id15 + check;
}

/** The 18-character form of what somebody sent as an id, its case repaired from the check characters; null where it cannot be one. */
export function toId18(text: string): string | null {
  if (!/^[0-9A-Za-z]+$/.test(text)) return null;
  if (text.length === 15) return withCheck(text);
  if (text.length !== 18) return null;
  let repaired = '';
  for (let i = 0; i < 15; i++) {
    const bits = checkAlphabet.indexOf(text.charAt(15 + Math.floor(i / 5)).toUpperCase());
    if (bits < 0) return null;
    const character = text.charAt(i);
    repaired += bits & (1 << (i % 5)) ? character.toUpperCase() : character.toLowerCase();
  }
  return withCheck(repaired);
}

export interface IdSource {
  next(prefix: string): string;
}

/** Ids grow in the order in which they are given, as the real ones do within one org, so that sorting by Id sorts by age. */
export function createIdSource(chance: Chance): IdSource {
  const instance = chance.text(2);
  const counters = new Map<string, number>();
  return {
    next(prefix) {
      const number = counters.get(prefix) ?? chance.between(3_000_000, 9_000_000);
      counters.set(prefix, number + 1);
      return withCheck(prefix + instance + inBase62(number, 10));
    },
  };
}

function inBase62(number: number, width: number): string {
  let text = '';
  for (let rest = number; text.length < width; rest = Math.floor(rest / 62)) text = base62.charAt(rest % 62) + text;
  return text;
}
