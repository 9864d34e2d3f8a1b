import { type HoldReason, matchKey } from '../model/hold.ts';
import { isGone, type Side, type Sighting } from '../model/record.ts';
import { type SyncSetup, sideOf } from '../model/sync.ts';
import { type Fields, show } from '../model/value.ts';
import { isTwinNamed } from './answers/word.ts';
import type { Engine } from './engine.ts';
import { becameKey } from './keys.ts';
import { kinLimit, kinOf } from './kin.ts';
import { type Found, pairOf } from './meet.ts';
import { nameOf } from './name.ts';
import type { DueLink, KinAsk } from './ports.ts';
import type { HoldDraft } from './verdict.ts';

/*
 * Two syncs may carry two kinds of records onto the same ones: contacts and leads onto users. One of them goes first. Its record has the
 * twin where both have the same criterion value, and what is linked by it is not free for the other one, whatever either is called later.
 */

/** A record of a sync that goes first, which has or could have the same twin. */
export interface Senior {
  readonly sync: SyncSetup;
  readonly sighting: Sighting;
  /** Why it goes first, after its name: `has the same Email "ada@acme.example"`. */
  readonly because: string;
  readonly wakes: readonly string[];
}

/** By link: who goes first. An answer of a person goes before that. */
export async function findSeniors(
  engine: Engine,
  setup: SyncSetup,
  due: readonly DueLink[],
): Promise<ReadonlyMap<string, Senior>> {
  const found = new Map<string, Senior>();
  for (const sync of engine.setups.filter(({ name }) => setup.yields.includes(name))) {
    const asks = due.flatMap((each) => seniorAsks(setup, sync, each).map((ask) => ({ link: each.link.id, ask })));
    if (asks.length === 0) continue;
    const answers = await engine.store.kin(
      asks.map(({ ask }) => ask),
      kinLimit,
    );
    asks.forEach(({ link, ask }, i) => {
      const kin = (answers[i] ?? []).find(({ sighting: { seen } }) => !isGone(seen) && sync.within('crm', seen));
      const wakes = asks
        .filter((other) => other.link === link)
        .map(({ ask: { connection, object, field, value } }) => matchKey(connection, object, field, value));
      const because = `has the same ${ask.field} ${show(ask.value)}`;
      if (kin && !found.has(link)) found.set(link, { sync, sighting: kin.sighting, because, wakes });
    });
  }
  return found;
}

function seniorAsks(setup: SyncSetup, senior: SyncSetup, due: DueLink): readonly KinAsk[] {
  if (isTwinNamed(due)) return [];
  const side: Side = due.link.crm ? 'crm' : 'desk';
  const seen = due[side]?.seen;
  if (!seen || isGone(seen) || !setup.within(side, seen)) return [];
  const { connection, object } = senior.crm;
  return setup.match.flatMap((own) => {
    const theirs = senior.match.find(({ desk }) => desk === own.desk);
    if (!theirs) return [];
    const pair = pairOf(senior);
    return own
      .keys(side, seen[own[side]])
      .map((value) => ({ pair, side: 'crm' as const, connection, object, field: theirs.crm, value }));
  });
}

/** By id of the record on the desk: who has it by a sync that goes first. */
export async function findOwners(
  engine: Engine,
  setup: SyncSetup,
  due: readonly DueLink[],
  found: readonly (readonly Found[])[],
): Promise<ReadonlyMap<string, Senior>> {
  const owners = new Map<string, Senior>();
  const seniors = engine.setups.filter(({ name }) => setup.yields.includes(name));
  if (seniors.length === 0) return owners;
  const ids = due.flatMap(({ link }, i) => [
    ...(link.desk ? [link.desk.id] : []),
    ...(found[i] ?? []).flatMap(({ candidates }) => candidates.map(({ sighting }) => sighting.ref.id)),
  ]);
  if (ids.length === 0) return owners;
  const { connection, object } = setup.desk;
  const known = await engine.store.known(connection, object, [...new Set(ids)]);
  for (const sync of seniors) {
    const holders = known.flatMap(({ id, links }) => {
      const crm = links.find(({ link }) => link.sync === sync.name)?.link.crm?.id;
      return crm === undefined ? [] : [{ id, crm }];
    });
    if (holders.length === 0) continue;
    const records = await engine.store.known(
      sync.crm.connection,
      sync.crm.object,
      holders.map(({ crm }) => crm),
    );
    const sightings = new Map(records.map(({ id, sighting }) => [id, sighting]));
    for (const { id, crm } of holders) {
      const sighting = sightings.get(crm);
      if (!sighting || isGone(sighting.seen) || !sync.within('crm', sighting.seen)) continue;
      const because = `has the ${setup.desk.type.label.toLowerCase()} ${id}`;
      owners.set(id, { sync, sighting, because, wakes: keysAt(sync, 'crm', sighting.seen) });
    }
  }
  return owners;
}

/** What a record is known by: when that comes or goes, those who are held because of it look again. */
export function keysAt(setup: SyncSetup, side: Side, seen: Fields): readonly string[] {
  const { connection, object } = sideOf(setup, side);
  return setup.match.flatMap((criterion) =>
    criterion.keys(side, seen[criterion[side]]).map((value) => matchKey(connection, object, criterion[side], value)),
  );
}

/** The key of those who have, or just get, this twin by a sync that yields: it may become somebody else's. */
export function twinWait(setup: SyncSetup, id: string): string {
  return `twin:${setup.desk.connection}/${setup.desk.object}/${id}`;
}

/** What wakes those whose twin a sync that goes first has just taken; nothing where nobody yields to it. */
export function twinWakes(setups: readonly SyncSetup[], setup: SyncSetup, id: string | undefined): readonly string[] {
  const isSenior = setups.some(({ yields }) => yields.includes(setup.name));
  return isSenior && id !== undefined ? [twinWait(setup, id)] : [];
}

/** This record leaves the twin to the other one. */
export function yielded(setup: SyncSetup, due: DueLink, senior: Senior): HoldDraft {
  const side: Side = due.link.crm ? 'crm' : 'desk';
  const { sync, sighting, because, wakes } = senior;
  const why: HoldReason = 'ambiguous';
  const message = `${nameOf(sideOf(setup, side), due[side])}: ${nameOf(sync.crm, sighting)} ${because}, and the sync "${sync.name}" goes before "${setup.name}". Nothing was written. Change what both are matched by, or answer "skip".`;
  const [first] = setup.match;
  const seen = due[side]?.seen;
  const value = first && seen && !isGone(seen) ? (seen[first[side]] ?? null) : null;
  return {
    why,
    field: null,
    values: { crm: side === 'crm' ? value : null, desk: side === 'desk' ? value : null, base: null },
    message,
    vendorCode: null,
    candidates: [{ side: 'crm', id: sighting.ref.id, reason: `is carried by the sync "${sync.name}"` }],
    wakes,
  };
}

/**
 * Records that have become one of ours (a converted lead a contact) hand their twin over, whatever it is matched by: by our record's link.
 */
export async function findHandedOver(
  engine: Engine,
  setup: SyncSetup,
  due: readonly DueLink[],
): Promise<ReadonlyMap<string, Found>> {
  const handed = new Map<string, Found>();
  for (const junior of engine.setups.filter(({ yields }) => yields.includes(setup.name))) {
    const { connection, object, type } = junior.crm;
    if (type.becomes?.object !== setup.crm.object || connection !== setup.crm.connection) continue;
    const field = becameKey(type.becomes.field);
    const alone = due.flatMap(({ link }) => (link.crm && !link.desk ? [{ link: link.id, id: link.crm.id }] : []));
    const asks = alone.map(
      ({ id }): KinAsk => ({ pair: pairOf(junior), side: 'crm', connection, object, field, value: id }),
    );
    const answers = asks.length === 0 ? [] : await engine.store.kin(asks, 1);
    const holders = alone.flatMap(({ link, id }, i) => {
      const [kin] = answers[i] ?? [];
      const own = kin?.links.find(({ sync, whole }) => sync === junior.name && whole);
      return kin && own ? [{ link, id, of: own.id, name: nameOf(junior.crm, kin.sighting) }] : [];
    });
    if (holders.length === 0) continue;
    const links = await engine.store.links(holders.map(({ of }) => of));
    const twins = new Map(links.map((link) => [link.id, link.desk?.id ?? '']));
    const { desk } = setup;
    const known = await engine.store.known(
      desk.connection,
      desk.object,
      [...twins.values()].filter((id) => id !== ''),
    );
    const kin = new Map(known.map((each) => [each.id, kinOf(engine, setup, each)]));
    for (const { link, id, of, name } of holders) {
      const twin = kin.get(twins.get(of) ?? '');
      if (!twin) continue;
      const criterion = { crm: type.becomes.field, desk: 'id', keys: () => [] };
      handed.set(link, {
        question: {
          criterion,
          value: id,
          byMark: true,
          because: `it was converted from ${name}`,
          peers: null,
          candidates: null,
        },
        peers: [],
        candidates: [twin],
      });
    }
  }
  return handed;
}
