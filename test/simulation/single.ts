import { plain } from './flows.ts';
import { isMadeAgain, isMadeLate } from './gaps.ts';
import { isInside, type Rest } from './rest.ts';
import { isLeftAlone } from './words.ts';

/** I4: no record has two twins, whatever Syncline made is somebody's twin and says so, and it made none beside one that was there. */
export function single(rest: Rest): readonly string[] {
  return [...twoTwins(rest), ...orphans(rest), ...unmarked(rest), ...besides(rest), ...rest.doubles];
}

function twoTwins({ couples }: Rest): readonly string[] {
  // A twin of a record that is gone may become another one's.
  const ends = couples.flatMap(({ crm, desk }) => [`${crm.kind}/${crm.id}`, `${desk.kind}/${desk.id}`]);
  return ends.filter((end, i) => ends.indexOf(end) < i).map((end) => `I4 single: ${end} has two twins`);
}

/** Records that Syncline made and that are there, by `kind/id`. */
function ours({ pairs, picture, ledger }: Rest) {
  return [...picture.records].filter(
    ([key, { kind, isThere }]) =>
      isThere &&
      !ledger.isMade(key) &&
      pairs.some((pair) => pair.desk === kind || (pair.isTwoWay && pair.crm === kind)),
  );
}

function orphans(rest: Rest): readonly string[] {
  const { pairs, links, holds, history, ledger } = rest;
  const linked = new Set(
    pairs.flatMap((pair) =>
      (links.get(pair.sync) ?? []).flatMap(({ crm, desk }) =>
        crm && desk ? [`${pair.crm}/${crm.id}`, `${pair.desk}/${desk.id}`] : [],
      ),
    ),
  );
  // Where nobody can tell which of several is ours, the hold names them.
  const named = new Set(holds.flatMap(({ candidates }) => candidates.map(({ id }) => id)));
  return (
    ours(rest)
      // Whose twin has gone, and who cannot get another one, is held.
      .filter(([, { id }]) => !history.some((row) => row.record === id && holds.some(({ link }) => link === row.link)))
      // Whom an undo has taken back, and a person restored, is a record like any other.
      .filter(([, { id }]) => !history.some((row) => row.do === 'remove' && row.cause === 'undo' && row.record === id))
      // Whose twin went over to another one when it was merged away, and who was restored, is held by itself.
      // So is whom no key tells from a person's, once it was renamed while its create was lost.
      .filter(
        ([key, { id, kind }]) =>
          !(
            (ledger.wasGone(key) || (kind === 'Account' && !rest.hasKeys && ledger.last(key, 'Name') !== null)) &&
            holds.some(({ crm, desk }) => crm === id || desk === id)
          ),
      )
      // Who was restored, and has left the filter since, is no matter of ours.
      .filter(
        ([key, seen]) =>
          !(
            ledger.wasGone(key) &&
            pairs.some((pair) => [pair.crm, pair.desk].includes(seen.kind) && !isInside(pair, seen))
          ),
      )
      // Whom an undo, or a person, has parted from its twin is held by a link of its own.
      .filter(([, { id }]) => !holds.some(({ why, crm, desk }) => why === 'undone' && (crm ?? desk) === id))
      .filter(
        ([, { kind }]) =>
          !pairs.some(({ sync, crm, desk }) => (kind === crm || kind === desk) && isLeftAlone(rest, sync, [])),
      )
      // Whom a person has left without a twin, also while a create was under way.
      .filter(
        ([, { id, row }]) =>
          !rest.words.some(
            ({ say, records }) => say === 'skip' && [id, plain(row.external_id)].some((each) => records.includes(each)),
          ),
      )
      // Whom, or whose twin, a person has left alone once an undo had parted them.
      .filter(
        ([, { id }]) =>
          !rest.words.some(
            ({ say, link }) => say === 'skip' && history.some((row) => row.record === id && row.link === link),
          ),
      )
      .filter(([key, { id }]) => !linked.has(key) && !named.has(id))
      .filter(([, seen]) => !isMadeAgain(rest, seen) && !isMadeLate(rest, seen))
      .map(([key]) => `I4 single: ${key} was made by Syncline and is nobody's twin`)
  );
}

/** Without its mark, a record whose create got no answer could not be told from nothing. Salesforce has the field once it is installed. */
function unmarked(rest: Rest): readonly string[] {
  return ours(rest)
    .filter(([, { kind, id, row }]) => {
      if (kind === 'organization' || kind === 'user') return plain(row.external_id) === '' && !isTakenOver(rest, id);
      return rest.hasKeys && plain(row[accountKey]) === '';
    })
    .map(([key]) => `I4 single: ${key} was made by Syncline and bears no mark`);
}
export const accountKey = 'Syncline_Key__c';

/** A sync that goes first has the twin from before, which bears the mark still: that cannot stand twice. */
function isTakenOver({ history, picture }: Rest, id: string): boolean {
  const made = history.find((row) => row.do === 'create' && row.outcome === 'ok' && row.record === id);
  return history.some(({ do: verb, link, at, record }) => {
    if (!made || verb !== 'unlink' || link !== made.link || at > made.at) return false;
    const before = picture.records.get(`user/${record}`);
    return before !== undefined && (!before.isThere || plain(before.row.external_id) !== '');
  });
}

/** A bank takes no part, and still is the account of its name: nothing was to be made beside it. */
function besides(rest: Rest): readonly string[] {
  const { picture, ledger, hidden, isAlone, words } = rest;
  // Who is told to create one does.
  if (!isAlone || words.some(({ say }) => say === 'create')) return [];
  const banks = [...picture.records].filter(
    ([key, { id, row }]) =>
      ledger.all(key, 'Industry')[0]?.value === 'Banking' &&
      row.Industry === 'Banking' &&
      ledger.isMade(key) &&
      // Made while the account was on its way, it could not be seen.
      ledger.last(key, 'Name')?.isRacing === false &&
      ledger.all(key, 'Name').length === 1 &&
      !ledger.wasGone(key) &&
      !hidden.ever.has(id),
  );
  // Who was called so by a person was not made so.
  const made = ours(rest).filter(([key]) => !ledger.last(key, 'Name') && !ledger.last(key, 'name'));
  return made.flatMap(([key, { row }]) =>
    banks
      .filter(([, bank]) => plain(bank.row.Name).toLowerCase() === plain(row.Name).toLowerCase())
      .map(([bank]) => `I4 single: ${key} was made beside ${bank}, which has its name and takes no part`),
  );
}
