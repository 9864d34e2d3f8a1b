import { expect } from 'vitest';
import type { Journey } from './harness.ts';
import { byName, step } from './said-and-done.ts';

export const contacts = { preset: 'salesforce-zendesk/contacts' };

export async function mergeInSalesforce(journey: Journey, object: string, loser: string, winner: string) {
  await journey.control('sales', 'POST', `records/${object}/${winner}/merge`, { losers: [loser] });
}

export async function mergeUsers(journey: Journey, loser: unknown, winner: unknown): Promise<void> {
  await journey.callZendesk('PUT', `users/${loser}/merge`, { user: { id: winner } });
}

/** Zendesk takes its time for it. */
export async function mergeOrganizations(journey: Journey, loser: unknown, winner: unknown): Promise<void> {
  await journey.callZendesk('POST', `organizations/${loser}/merge`, { organization_merge: { winner_id: winner } });
  await journey.world.pass(30_000);
}

/** Organizations that are there, by name. */
export async function organizationsByName(journey: Journey) {
  const rows = await journey.records('support', 'organization');
  return byName(rows.filter((row) => !row.deleted_at));
}

export const holdsNow = (journey: Journey) => journey.open((service) => service.holds({}));

/** What waits for a person still does, and a run writes nothing. */
export async function stillStep(journey: Journey): Promise<void> {
  const before = await holdsNow(journey);
  const { calls } = await step(journey);
  expect(calls).toMatchObject({ sales: { write: 0 }, support: { write: 0 } });
  expect(await holdsNow(journey)).toEqual(before);
}
