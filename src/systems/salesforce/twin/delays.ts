import type { Org } from './org.ts';

/** How long after its statement a transaction commits, in milliseconds; none while time stands still. */
export function commitDelay(org: Org): number {
  if (org.clock.frozen && !org.settings.now.answerBeforeCommit) return 0;
  return draw(org, org.settings.now.commitDelayMs);
}

/** How long a bulk job takes, in milliseconds. */
export function jobDuration(org: Org): number {
  return draw(org, org.settings.now.jobMs);
}

/** How long a deployment of metadata takes, in milliseconds. */
export function deploymentDuration(org: Org): number {
  return draw(org, org.settings.now.deployMs);
}

function draw(org: Org, delay: number | readonly [number, number]): number {
  return typeof delay === 'number' ? delay : org.delays.between(delay[0], delay[1]);
}
