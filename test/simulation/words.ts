import type { Flow } from './flows.ts';
import type { Rest } from './rest.ts';

/** What a person answered to a hold. */
export interface Word {
  /** ms */
  readonly at: number;
  readonly sync: string;
  readonly link: string;
  /** The ids of its records. */
  readonly records: readonly string[];
  /** The rule's id; null: the whole record. */
  readonly field: string | null;
  readonly say: string;
  /** It was said of every such hold. */
  readonly isAlways: boolean;
}

/** Whether a person has decided about this field, or the whole record, since then (ms). */
export function isSpokenOf(
  { words }: Rest,
  place: { sync: string; link: string },
  { crm, ruled = crm }: Pick<Flow, 'crm' | 'ruled'>,
  since: number,
): boolean {
  return words.some(
    ({ at, sync, link, field, isAlways }) =>
      (isAlways ? sync === place.sync : link === place.link && at >= since) &&
      (field === null || field.startsWith(`${ruled} `)),
  );
}

/** Whether a person has said that this record gets no twin, or none with the name that it needs, or that all of its kind get none. */
export function isLeftAlone({ words, pairs }: Rest, sync: string, links: readonly string[]): boolean {
  const name = pairs.find((pair) => pair.sync === sync)?.flows[0];
  return words.some(({ say, field, isAlways, ...word }) => {
    if (say !== 'skip') return false;
    if (field === null && isAlways) return word.sync === sync;
    return links.includes(word.link) && (field === null || field.startsWith(`${name?.ruled ?? name?.crm} `));
  });
}

/** What was undone stays so, as long as nobody edits either side, says something else, or changes the rules. */
export function undoneStays(rest: Rest): readonly string[] {
  const { pairs, links, history, ledger, picture, words, rulesChangedAt } = rest;
  return history.flatMap((row) => {
    const pair = pairs.find(({ sync }) => sync === row.sync);
    const link = (links.get(row.sync) ?? []).find(({ id }) => id === row.link);
    if (!pair || !link || row.cause !== 'undo' || row.do !== 'update' || row.outcome !== 'ok') return [];
    if (rulesChangedAt > row.at || link[row.side]?.id !== row.record) return [];
    const other = row.side === 'crm' ? 'desk' : 'crm';
    const key = `${pair[row.side]}/${row.record}`;
    const twin = `${pair[other]}/${link[other]?.id}`;
    const seen = picture.records.get(key);
    if (!seen?.isThere || !picture.records.get(twin)?.isThere) return [];
    if (words.some((word) => word.at > row.at && (word.link === row.link || word.isAlways))) return [];
    if (history.some((later) => later.at > row.at && later.link === row.link && later.cause !== 'edit')) return [];
    return pair.flows.flatMap((flow) => {
      const field = row.fields[flow[row.side]];
      if (!field || seen.row[flow[row.side]] === field.after) return [];
      const moved = [ledger.last(key, flow[row.side]), ledger.last(twin, flow[other])];
      // Whose edit had not been carried when it was undone, or came later, is carried.
      const source = moved[1]?.value ?? picture.records.get(twin)?.row[flow[other]];
      const isOld = row.side === 'desk' ? flow.equal(source, field.before) : flow.equal(field.before, source);
      if (!isOld || moved.some((edit) => edit && (edit.at >= row.at || edit.isRacing))) return [];
      return [`undone: ${key} ${flow[row.side]} was put back to "${field.after}" and is "${seen.row[flow[row.side]]}"`];
    });
  });
}
