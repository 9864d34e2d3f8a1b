import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** As the package says it; the same path from the sources and from the built files. */
export function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}
