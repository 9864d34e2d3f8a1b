import { describe, expect, it } from 'vitest';
import { isJsonList, isJsonObject, type Json } from '../../src/twins/json.ts';
import { filesOf, textOf } from '../source-text.ts';
import { at, openDesk } from './bench.ts';
import { failedItems } from './zendesk-failed-items.ts';
import { refusals } from './zendesk-refusals.ts';

/**
 * Every error that Zendesk documents or was recorded to give, and how to get it: a table, so that one without a provocation fails the
 * suite. Compared are status and keys; texts only where they are proven.
 */
const situations = { ...refusals, ...failedItems };

/** Codes in the answers, wherever they stand. */
function codesIn(value: Json): readonly string[] {
  if (isJsonList(value)) return value.flatMap(codesIn);
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    (name === 'error' || name === 'code') && typeof inner === 'string' ? [inner] : codesIn(inner),
  );
}

const seen = new Set<string>();

describe('Zendesk refuses', () => {
  it.each(Object.entries(situations))('%s', async (_name, { status, body, provoke }) => {
    const desk = await openDesk({ limits: { off: true } });
    const reply = await provoke(desk);
    expect([reply.status, reply.body]).toEqual([status, body]);
    expect(desk.bugs).toEqual([]);
    if (status === 429)
      expect(reply.headers.has('retry-after') || at(reply.body, 'error') === 'TooManyJobs').toBe(true);
    else expect(reply.headers.get('retry-after')).toBeNull();
    for (const code of codesIn(reply.body)) seen.add(code);
  });

  it('in no way that the table lacks', () => {
    // What the twin answers where it has a bug of its own is no answer of the vendor's.
    const ownBug = 'InternalServerError';
    const written = filesOf('src/systems/zendesk/twin/*.ts')
      .filter((path) => !path.endsWith('.test.ts'))
      .flatMap((path) => [...textOf(path).matchAll(/\b(?:error|code): '(\w+)'|badPage\('(\w+)'|#refusal\('(\w+)'/g)])
      .map(([, error, code, oauthCode]) => error ?? code ?? oauthCode ?? '');
    expect(written.length).toBeGreaterThan(50);
    expect([...new Set(written)].filter((code) => !seen.has(code) && code !== ownBug)).toEqual([]);
  });
});
