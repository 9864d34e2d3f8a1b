import { checkPrimeSync, createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import type { Chance } from '../../../twins/chance.ts';
import type { JsonObject } from './json.ts';

/** The key pair that signs deliveries. It follows from the seed, so a twin's tokens do too. */
export interface SigningKey {
  /** As `/.well-known/jwks.json` shows it. */
  readonly publicJwk: JsonObject;
  /** A JWT, RS256. */
  signToken(claims: JsonObject): string;
}

const exponent = 65_537n;

export function createSigningKey(chance: Chance): SigningKey {
  const kid = chance.text(16, '0123456789abcdef');
  const [p, q] = [prime(chance), prime(chance)];
  const d = inverse(exponent, (p - 1n) * (q - 1n));
  const numbers = { n: p * q, e: exponent, d, p, q, dp: d % (p - 1n), dq: d % (q - 1n), qi: inverse(q, p) };
  const encoded = Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, base64(value)]));
  const key: KeyObject = createPrivateKey({ format: 'jwk', key: { kty: 'RSA', ...encoded } });
  const { n = '', e = '' } = createPublicKey(key).export({ format: 'jwk' });
  return {
    publicJwk: { kty: 'RSA', use: 'sig', alg: 'RS256', kid, n, e },
    signToken(claims) {
      const parts = [{ typ: 'JWT', alg: 'RS256', kid }, claims];
      const text = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
      return `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`;
    },
  };
}

/** A prime of 1024 bits whose two top bits are set, so that the product of two has 2048. */
function prime(chance: Chance): bigint {
  for (;;) {
    const candidate = BigInt(`0x${chance.text(256, '0123456789abcdef')}`) | (3n << 1022n) | 1n;
    if (candidate % exponent !== 1n && checkPrimeSync(candidate)) return candidate;
  }
}

/** What times `value` leaves 1, modulo `modulus`; extended Euclid. */
function inverse(value: bigint, modulus: bigint): bigint {
  let [a, b, x, y] = [modulus, value % modulus, 0n, 1n];
  while (b !== 0n) [a, b, x, y] = [b, a % b, y, x - (a / b) * y];
  return ((x % modulus) + modulus) % modulus;
}

function base64(value: bigint): string {
  const hex = value.toString(16);
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex').toString('base64url');
}
