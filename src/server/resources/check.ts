import { z } from 'zod';
import type { Problem } from '../../app/app.ts';
import { problem } from '../reports.ts';
import type { Resource } from '../resource.ts';
import { route } from '../route.ts';

const flag = z.enum(['true', 'false']).transform((text) => text === 'true');

export const checkRoute = route<{ live: boolean }, readonly Problem[]>({
  method: 'GET',
  path: '/api/check',
  summary: 'The problems of the config',
  description: 'With `live=true` also against what the connected systems say of themselves. Nothing runs.',
  input: z.strictObject({ live: flag.default(false) }),
  output: z.array(problem),
});

export const check: Resource = (mount, app) => mount(checkRoute, (options) => app.check(options));
