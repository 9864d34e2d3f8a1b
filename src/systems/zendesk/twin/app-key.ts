import { checkPrimeSync, createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import type { Chance } from '../../../twins/chance.ts';

/** The key pair with which the account signs the pages of an app. It follows from the seed, so a twin's tokens do too. */
export interface AppKey {
  readonly publicPem: string;
  /** A JWT, RS256. */
  signToken(claims: Readonly<Record<string, unknown>>): string;
}

const exponent = 65_537n;

export function createAppKey(chance: Chance): AppKey {
  const p = prime(chance);
  const q = prime(chance);
  const n = p * q;
  const d = inverse(exponent, (p - 1n) * (q - 1n));
  const key: KeyObject = createPrivateKey({
    format: 'jwk',
    key: {
      kty: 'RSA',
      n: base64(n),
      e: base64(exponent),
      d: base64(d),
      p: base64(p),
      q: base64(q),
      dp: base64(d % (p - 1n)),
      dq: base64(d % (q - 1n)),
      qi: base64(inverse(q, p)),
    },
  });
  return {
    publicPem: createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString(),
    signToken(claims) {
      const head = Buffer.from(JSON.stringify({ typ: 'JWT', alg: 'RS256' })).toString('base64url');
      const body = Buffer.from(JSON.stringify(claims)).toString('base64url');
      const signature = sign('sha256', Buffer.from(`${head}.${body}`), key).toString('base64url');
      return `${head}.${body}.${signature}`;
    },
  };
}

/** A prime of 1024 bits whose two top bits are set, so that the product of two has 2048. */
function prime(chance: Chance): bigint {
  const top = 3n << 1022n;
  for (;;) {
    const candidate = BigInt(`0x${chance.text(256, '0123456789abcdef')}`) | top | 1n;
    if (candidate % exponent !== 1n && checkPrimeSync(candidate)) return candidate;
  }
}

/** The number that makes 1 with `value`, modulo `modulus`; extended Euclid. */
function inverse(value: bigint, modulus: bigint): bigint {
  let [a, b] = [modulus, value % modulus];
  let [x, y] = [0n, 1n];
  while (b !== 0n) {
    const quotient = a / b;
    [a, b] = [b, a - quotient * b];
    [x, y] = [y, x - quotient * y];
  }
  return ((x % modulus) + modulus) % modulus;
}

function base64(value: bigint): string {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex').toString('base64url');
}
