import type { HoldRow, Store } from '../../src/engine/ports.ts';
import type { HistoryRow } from '../../src/model/history.ts';
import type { Link } from '../../src/model/link.ts';
import type { Company } from './company.ts';
import type { Configuration, Pair } from './configurations.ts';
import { doublesIn } from './doubles.ts';
import type { Ledger, Picture, Seen } from './ledger.ts';
import type { Removal } from './removals.ts';
import type { TicketWrite } from './wire.ts';
import type { Word } from './words.ts';

/** A whole link whose two records are there. */
export interface Couple {
  readonly pair: Pair;
  readonly link: Link;
  readonly crm: Seen;
  readonly desk: Seen;
}

/** The world at rest, and what Syncline says of it. */
export interface Rest {
  readonly pairs: readonly Pair[];
  readonly conflicts: boolean;
  /** One process did it all: it decides by what it has just read, while of several each may decide before another one has read all. */
  readonly isAlone: boolean;
  /** Whether Salesforce has our key's field. */
  readonly hasKeys: boolean;
  /** How removals are carried over; null: they are not. */
  readonly removal: Configuration['removal'];
  /** What the vendors were told to remove, in its order. */
  readonly removals: readonly Removal[];
  /** Ids of records that a person has said are to go. */
  readonly allowed: ReadonlySet<string>;
  readonly words: readonly Word[];
  /** Something was undone. */
  readonly hasUndone: boolean;
  /** A field was hidden from us, and shown again. */
  readonly isThawed: boolean;
  /** When the rules were last changed (ms). */
  readonly rulesChangedAt: number;
  /** Fields by which Syncline may ever have written, as `kind field`. */
  readonly everOurs: ReadonlySet<string>;
  readonly tickets: Configuration['tickets'];
  /** Tickets that we told Zendesk to change. */
  readonly ticketWrites: readonly TicketWrite[];
  /** How late we may hear of something that people did (ms): what the vendor withholds, and a run that could not read. */
  readonly slowMs: number;
  /** Values that one call created twice. */
  readonly doubles: readonly string[];
  /** Ids that sharing hides from us: now, or at any time. */
  readonly hidden: Company['hidden'];
  readonly ledger: Ledger;
  readonly picture: Picture;
  /** By sync. */
  readonly links: ReadonlyMap<string, readonly Link[]>;
  readonly couples: readonly Couple[];
  readonly holds: readonly HoldRow[];
  readonly history: readonly HistoryRow[];
}

const everything = { limit: 100_000 };

export async function lookAtRest(
  company: Company,
  store: Store,
  how: Pick<Rest, 'isAlone' | 'removals' | 'ticketWrites'>,
): Promise<Rest> {
  const { configuration, ledger, hidden } = company;
  const picture = await company.picture();
  const { pairs, conflicts } = configuration;
  const links = new Map<string, readonly Link[]>();
  const tickets = configuration.tickets ? [{ sync: 'tickets', crm: 'Case', desk: 'ticket' } as const] : [];
  for (const pair of [...pairs, ...tickets]) links.set(pair.sync, await linksOf(store, pair, picture));
  const couples = pairs.flatMap((pair) =>
    (links.get(pair.sync) ?? []).flatMap((link): readonly Couple[] => {
      const crm = picture.records.get(`${pair.crm}/${link.crm?.id}`);
      const desk = picture.records.get(`${pair.desk}/${link.desk?.id}`);
      return crm?.isThere && desk?.isThere ? [{ pair, link, crm, desk }] : [];
    }),
  );
  return {
    pairs,
    conflicts,
    ...how,
    tickets: configuration.tickets,
    slowMs: 120_000,
    removal: configuration.removal,
    allowed: company.allowed,
    words: company.words,
    isThawed: company.isThawed,
    hasUndone: company.hasUndone,
    rulesChangedAt: company.rulesChangedAt,
    everOurs: company.everOurs,
    hasKeys: company.hasKeys,
    doubles: doublesIn(company.journey.writes('support')),
    hidden,
    ledger,
    picture,
    links,
    couples,
    holds: await store.holds(everything),
    history: await store.history(everything),
  };
}

/** The links of a sync, by both sides, since either end may be gone. */
async function linksOf(
  store: Store,
  pair: Pick<Pair, 'sync' | 'crm' | 'desk'>,
  { records }: Picture,
): Promise<readonly Link[]> {
  const found = new Map<string, Link>();
  for (const [connection, kind] of [
    ['sales', pair.crm],
    ['support', pair.desk],
  ] as const) {
    const ids = [...records.values()].filter((seen) => seen.kind === kind).map(({ id }) => id);
    for (const known of await store.known(connection, kind, ids))
      for (const { link } of known.links) if (link.sync === pair.sync) found.set(link.id, link);
  }
  return [...found.values()];
}

/** Whether a record takes part in a pair: a lead that was converted does not. */
export const isInside = ({ crm, without }: Pair, { kind, row, isThere }: Seen): boolean =>
  isThere && !(without && kind === crm && row[without.field] === without.value);

/** What is held of a link: all of it, or one field. */
export function isHeld({ holds }: Rest, link: string, crmField: string | null): boolean {
  return holds.some(
    (hold) =>
      hold.link === link && (hold.field === null || (crmField !== null && hold.field.startsWith(`${crmField} `))),
  );
}
