import type { SyncSetup } from '../model/sync.ts';
import { type Decision, decide } from './decide.ts';
import type { Engine } from './engine.ts';
import type { DueLink } from './ports.ts';

/**
 * Who would lose his twin to these decisions: a lead whose user a contact is about to get. A run makes such links due once that has
 * happened and then holds them; a preview has to say so beforehand. Answered are those that would be held.
 */
export async function outdone(
  engine: Engine,
  setup: SyncSetup,
  decisions: readonly Decision[],
): Promise<readonly { readonly setup: SyncSetup; readonly decision: Decision }[]> {
  const juniors = engine.setups.filter(
    ({ name, yields }) => yields.includes(setup.name) && (!engine.only || engine.only.includes(name)),
  );
  const twins = decisions.flatMap(({ due, absorb }) => (absorb === undefined ? [] : (due.link.desk?.id ?? [])));
  if (juniors.length === 0 || twins.length === 0) return [];
  const { connection, object } = setup.desk;
  const known = await engine.store.known(connection, object, twins);
  const found: { setup: SyncSetup; decision: Decision }[] = [];
  for (const junior of juniors) {
    const holders = known.flatMap(({ sighting, links }) => {
      const own = links.find(({ link }) => link.sync === junior.name && link.crm && link.desk);
      const isAsked = own && (engine.links?.has(own.link.id) ?? true);
      return isAsked ? [{ link: own.link, desk: sighting }] : [];
    });
    const place = junior.crm;
    const ids = holders.flatMap(({ link }) => link.crm?.id ?? []);
    const records = ids.length === 0 ? [] : await engine.store.known(place.connection, place.object, ids);
    const sightings = new Map(records.map(({ id, sighting }) => [id, sighting]));
    const due = holders.map(({ link, desk }) => dueNow(link, sightings.get(link.crm?.id ?? '') ?? null, desk));
    for (const decision of due.length === 0 ? [] : await decide(engine, junior, due))
      if (decision.verdict.is === 'held') found.push({ setup: junior, decision });
  }
  return found;
}

/** The link as it would be taken. */
function dueNow(link: DueLink['link'], crm: DueLink['crm'], desk: DueLink['desk']): DueLink {
  const nothing = { turn: 0, tries: 0, askVendor: false, joinedAt: 0, dueSince: 0, holds: [], answers: {} };
  return { ...nothing, link, crm, desk, lane: 'live', cause: 'edit' };
}
