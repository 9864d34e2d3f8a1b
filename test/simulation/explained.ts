import type { HoldRow } from '../../src/engine/ports.ts';
import { plain } from './flows.ts';
import type { Seen } from './ledger.ts';
import type { Rest } from './rest.ts';
import { isTicketHoldExplained } from './tickets/explained.ts';

/**
 * Who holds everything breaks no other invariant; so every hold that is left once the vendors are calm has to have its cause in the world.
 */
export function holdsExplained(rest: Rest): readonly string[] {
  return rest.holds
    .filter((hold) => !isExplained(rest, hold))
    .map(
      ({ sync, why, field, message }) =>
        `I8 apart: nothing explains the hold ${sync} ${why} ${field ?? ''}: ${message}`,
    );
}

function isExplained(rest: Rest, hold: HoldRow): boolean {
  if (hold.sync === 'tickets') return isTicketHoldExplained(rest, hold);
  switch (hold.why) {
    case 'conflict':
      return rest.conflicts && plain(hold.values.crm) !== plain(hold.values.desk);
    case 'ambiguous':
    case 'refused':
      // Who was parted, or linked with another one by hand, may stand in somebody's way.
      if (rest.hasUndone || rest.words.length > 0) return true;
      return ends(rest, hold).some((seen) => isLocked(rest, seen) || namesakes(rest, seen).length > 0);
    case 'closed':
      // Who was restored and hidden before anybody saw it is still taken for removed.
      return ends(rest, hold).some(
        ({ isThere, kind, id, row }) =>
          !isThere ||
          row.IsConverted === true ||
          (rest.removal?.leaves && row.Industry === 'Banking') ||
          (rest.hidden.now.has(id) && rest.ledger.wasGone(`${kind}/${id}`)),
      );
    case 'hidden':
      // Of several processes, one may have asked for the record before another one heard that it is gone.
      return rest.hidden.now.has(hold.crm ?? '') || (!rest.isAlone && ends(rest, hold).some(({ isThere }) => !isThere));
    case 'undone':
      return rest.hasUndone;
    case 'brake':
      return rest.removal !== null;
    case 'unsure':
      // Without a key at the vendor, two records with the content of a lost create cannot be told apart.
      return hold.candidates.length > 1;
    default:
      return false;
  }
}

function ends({ pairs, picture }: Rest, { sync, crm, desk, candidates }: HoldRow): readonly Seen[] {
  const pair = pairs.find((each) => each.sync === sync);
  if (!pair) return [];
  const named = candidates.map(({ side, id }) => `${pair[side]}/${id}`);
  return [`${pair.crm}/${crm}`, `${pair.desk}/${desk}`, ...named].flatMap((key) => picture.records.get(key) ?? []);
}

const isLocked = ({ ledger }: Rest, { kind, id, row }: Seen): boolean =>
  ledger.isLocked(`${kind}/${id}`) || row.suspended === true;

/** Records of the same kind that are called alike: accounts and organizations by name, people by address. Their own twins are none. */
function namesakes({ picture, couples }: Rest, seen: Seen): readonly Seen[] {
  const names = namesOf(picture, seen);
  const twins = couples.flatMap(({ crm, desk }) => (crm === seen ? [desk] : desk === seen ? [crm] : []));
  return [...picture.records.values()].filter(
    (each) =>
      each !== seen &&
      each.isThere &&
      isPerson(each) === isPerson(seen) &&
      !twins.includes(each) &&
      namesOf(picture, each).some((name) => names.includes(name)),
  );
}

const isPerson = ({ kind }: Seen): boolean => kind !== 'Account' && kind !== 'organization';

function namesOf({ identities }: Rest['picture'], seen: Seen): readonly string[] {
  const { kind, id, row } = seen;
  const written = isPerson(seen) ? [row.Email, row.email] : [row.Name, row.name];
  const further = kind === 'user' ? identities.filter(({ user }) => user === id).map(({ value }) => value) : [];
  return [...written, ...further].map((value) => plain(value).toLowerCase()).filter((name) => name !== '');
}
