import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Store } from '../engine/ports.ts';

/** Plain texts by name, kept sealed in the `secret` drawer. */
export interface StoredSecrets {
  get(name: string): Promise<string | null>;
  put(name: string, value: string | null): Promise<void>;
}

/** The key is not the one that the secrets of this store were sealed with, or a sealed value was tampered with. */
export class WrongKey extends Error {
  constructor(name: string, cause: unknown) {
    const what = name === probe ? 'the stored credentials' : `the stored credentials "${name}"`;
    super(`${what} were sealed with another key. Put the key back that they were sealed with, or log in again`, {
      cause,
    });
    this.name = 'WrongKey';
  }
}

/** AES-256 takes 32 bytes; 12 bytes of nonce are what GCM is made for (NIST SP 800-38D, 8.2). */
const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;

/** A value that every store has, so that a wrong key is told when it is opened and not at the first login. */
const probe = '(key)';

const sealedShape = z.string().regex(/^1\.[A-Za-z0-9_-]+$/);

/**
 * AES-256-GCM over the store's `secret` drawer. `key` is 32 bytes that the caller keeps outside of the database. The name is sealed in
 * as well, so one secret cannot be put in another one's place. Throws `WrongKey` where the key is not the one of this store.
 */
export async function openSecrets(store: Pick<Store, 'get' | 'put'>, key: Uint8Array): Promise<StoredSecrets> {
  if (key.length !== keyBytes) throw new Error(`the key has ${key.length} bytes; AES-256 needs ${keyBytes}`);
  const get = async (name: string) => {
    const sealed = await store.get('secret', name);
    return sealed === null ? null : unseal(key, name, sealed);
  };
  const put = (name: string, value: string | null) =>
    store.put('secret', name, value === null ? null : seal(key, name, value));
  if ((await get(probe)) === null) await put(probe, 'ok');
  return { get, put };
}

/** Chance comes from the operating system, not from the world: a nonce that a seed could repeat would break the seal. */
function seal(key: Uint8Array, name: string, value: string): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes }).setAAD(Buffer.from(name));
  const sealed = Buffer.concat([nonce, cipher.update(value, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return `1.${sealed.toString('base64url')}`;
}

function unseal(key: Uint8Array, name: string, text: string): string {
  try {
    const sealed = Buffer.from(sealedShape.parse(text).slice(2), 'base64url');
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceBytes), { authTagLength: tagBytes })
      .setAAD(Buffer.from(name))
      .setAuthTag(sealed.subarray(-tagBytes));
    const plain = decipher.update(sealed.subarray(nonceBytes, -tagBytes));
    return Buffer.concat([plain, decipher.final()]).toString('utf8');
  } catch (error) {
    throw new WrongKey(name, error);
  }
}
