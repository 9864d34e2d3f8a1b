import type { World } from '../../../../model/world.ts';
import { isPlatformEvent } from '../object.ts';
import type { Org } from '../org.ts';
import { dailyEvents } from '../settings.ts';
import { eventName } from './change-event.ts';
import type { ChangeEvent, ChangeLog } from './change-log.ts';
import { selectedIn } from './selection.ts';

/** What all subscribers share, over whichever protocol they come. */

/** All changes that are selected for a channel, or those of one object. Names mind case. */
export function isChannel(org: Org, channel: string): boolean {
  if (channel === '/data/ChangeEvents') return true;
  if (org.schema.objects.some(({ name, tooling }) => !tooling && channel === topicOf(name))) return true;
  return channelMembers(org, channel) !== null;
}

/** `/data/CaseChangeEvent`, `/event/Notice__e`. */
export function topicOf(object: string): string {
  return `/${isPlatformEvent({ name: object }) ? 'event' : 'data'}/${eventName(object)}`;
}

/** The retained events of a channel after a replay id, at most so many. */
export function eventsOf(org: Org, log: ChangeLog, channel: string, after: number, most: number): ChangeEvent[] {
  const members = channelMembers(org, channel);
  const events: ChangeEvent[] = [];
  for (const event of log.after(after)) {
    if (events.length >= most) break;
    const isHere = members === null ? isOf(channel, event.name) : members.has(event.name);
    if (isHere) events.push(event);
  }
  return events;
}

function isOf(channel: string, event: string): boolean {
  if (isPlatformEvent({ name: event })) return channel === `/event/${event}`;
  return channel === '/data/ChangeEvents' || channel === `/data/${event}`;
}

/** The entities of a channel that somebody made (`/data/Sales__chn`); null where the name is none of such a channel. */
function channelMembers({ store }: Org, channel: string): ReadonlySet<string> | null {
  const name = /^\/data\/(\w+__chn)$/.exec(channel)?.[1];
  if (name === undefined) return null;
  const known = [...store.rows('PlatformEventChannel').values()].some(({ values }) => values.FullName === name);
  return known ? selectedIn({ store }, name) : null;
}

export function isOverQuota({ settings, quota }: Org): boolean {
  return !settings.now.limits.off && quota.events() >= dailyEvents(settings.now);
}

/** Until something is published, the subscriber goes, or the time is over: rows become visible, and clocks are moved, without a sound. */
export async function waitForNews(
  sources: readonly Pick<ChangeLog, 'onPublish'>[],
  world: Pick<World, 'sleep'>,
  ms: number,
  signal: AbortSignal,
): Promise<void> {
  const over = new AbortController();
  const end = (): void => over.abort();
  const forget = sources.map((source) => source.onPublish(end));
  signal.addEventListener('abort', end, { once: true });
  await world.sleep(ms, over.signal);
  signal.removeEventListener('abort', end);
  for (const one of forget) one();
}
