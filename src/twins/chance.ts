/**
 * Seeded chance (sfc32, a small fast generator by Chris Doty-Humphrey): the same seed gives the same sequence.
 * Never used for secrets that guard anything real.
 */
export interface Chance {
  /** In [0, 1). */
  next(): number;
  /** A whole number, both ends included. */
  between(low: number, high: number): number;
  /** True with this probability; 0 never, 1 always. */
  happens(probability: number): boolean;
  /** `length` characters of `alphabet` (base 62 unless given). */
  text(length: number, alphabet?: string): string;
  /** A generator of its own that follows from the seed and the name, so that drawing here never shifts what is drawn there. */
  fork(name: string): Chance;
}

export const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

export function createChance(seed: number | string): Chance {
  let [a, b, c] = [hash(`${seed}:a`), hash(`${seed}:b`), hash(`${seed}:c`)];
  let counter = 1;
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 4294967296;
  };
  for (let i = 0; i < 12; i++) next();
  return {
    next,
    between: (low, high) => low + Math.floor(next() * (high - low + 1)),
    happens: (probability) => next() < probability,
    text(length, alphabet = base62) {
      let text = '';
      for (let i = 0; i < length; i++) text += alphabet.charAt(Math.floor(next() * alphabet.length));
      return text;
    },
    fork: (name) => createChance(`${seed}/${name}`),
  };
}

/** FNV-1a over UTF-16 units, 32 bits. */
export function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 0;
}
