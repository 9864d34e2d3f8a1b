import { pausingCommand } from '../pausing.ts';

export const resume = pausingCommand({
  name: 'resume',
  summary: 'go on with what was paused',
  description: 'Goes on where it was paused; what changed meanwhile follows.',
  done: 'goes on; what changed meanwhile follows.',
  ask: (app, what) => app.resume(what),
});
