import { expect, test } from 'vitest';
import { openSecrets, WrongKey } from './encryption.ts';
import { openMemory } from './memory.ts';

const key = Buffer.alloc(32, 1);
const otherKey = Buffer.alloc(32, 2);

test('a secret comes back as it was put, also from a store that is opened again', async () => {
  const store = openMemory();
  const secrets = await openSecrets(store, key);
  expect(await secrets.get('sales')).toBeNull();
  await secrets.put('sales', 'tökèn\u0000 🔑');
  await secrets.put('empty', '');
  expect(await (await openSecrets(store, key)).get('sales')).toBe('tökèn\u0000 🔑');
  expect(await secrets.get('empty')).toBe('');
  await secrets.put('sales', null);
  expect(await secrets.get('sales')).toBeNull();
});

test('the drawer holds nothing readable, and never the same twice', async () => {
  const store = openMemory();
  const secrets = await openSecrets(store, key);
  await secrets.put('sales', 'refresh-token');
  const first = await store.get('secret', 'sales');
  await secrets.put('sales', 'refresh-token');
  const second = await store.get('secret', 'sales');
  expect(first).toMatch(/^1\./);
  expect(Buffer.from(first?.slice(2) ?? '', 'base64url').toString('latin1')).not.toContain('refresh-token');
  expect(second).not.toBe(first);
});

test('another key is told at once', async () => {
  const store = openMemory();
  await openSecrets(store, key);
  await expect(openSecrets(store, otherKey)).rejects.toThrow(WrongKey);
  await expect(openSecrets(store, Buffer.alloc(16))).rejects.toThrow('AES-256 needs 32');
});

test('a value that was changed, or put under another name, is not believed', async () => {
  const store = openMemory();
  const secrets = await openSecrets(store, key);
  await secrets.put('sales', 'refresh-token');
  const sealed = (await store.get('secret', 'sales')) ?? '';
  await store.put('secret', 'support', sealed);
  await expect(secrets.get('support')).rejects.toThrow('"support" were sealed with another key');
  const middle = Math.floor(sealed.length / 2);
  const flipped = sealed.charAt(middle) === 'A' ? 'B' : 'A';
  await store.put('secret', 'sales', sealed.slice(0, middle) + flipped + sealed.slice(middle + 1));
  await expect(secrets.get('sales')).rejects.toThrow(WrongKey);
  await store.put('secret', 'sales', 'plain text');
  await expect(secrets.get('sales')).rejects.toThrow(WrongKey);
});
