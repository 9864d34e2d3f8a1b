import { pausingCommand } from '../pausing.ts';

export const pause = pausingCommand({
  name: 'pause',
  summary: 'hold still: a sync, a connection or one link',
  description: 'Nothing moves there until it is resumed. Changes are still noticed, so nothing is lost.',
  done: 'is paused; nothing moves there until `resume`.',
  ask: (app, what) => app.pause(what),
});
