import { z } from 'zod';
import type { PauseTarget } from '../../app/app.ts';
import type { Resource } from '../resource.ts';
import { route } from '../route.ts';

const target: z.ZodType<PauseTarget> = z.strictObject({
  kind: z.enum(['sync', 'connection', 'link']),
  name: z.string().min(1),
});

export const pauseRoute = route<PauseTarget, void>({
  method: 'POST',
  path: '/api/pause',
  summary: 'Nothing moves in this sync, connection or link until it is resumed',
  input: target,
  output: null,
});

export const resumeRoute = route<PauseTarget, void>({
  method: 'POST',
  path: '/api/resume',
  summary: 'Goes on; nothing that happened meanwhile is lost',
  input: target,
  output: null,
});

export const pause: Resource = (mount, app) => {
  mount(pauseRoute, (what) => app.pause(what));
  mount(resumeRoute, (what) => app.resume(what));
};
