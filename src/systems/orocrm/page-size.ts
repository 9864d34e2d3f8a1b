import { FaultError } from '../../model/fault.ts';

export type Query = Readonly<Record<string, string>>;

/** Rows to a page, as many as the installation gives. */
export interface PageSizes {
  /** Asks; where the page is larger than the installation allows, once more with what it does allow, which is remembered. */
  within<T>(query: Query, ask: (query: Query) => Promise<T>): Promise<T>;
  /** How many rows this query may bring. */
  of(query: Query): number;
}

const name = 'page[size]';

/** Without a bound by default; source: Oro documentation, topic "Filters", and the vendor's validation of that parameter. */
export function createPageSizes(): PageSizes {
  let largest = Number.POSITIVE_INFINITY;
  const of = (query: Query) => Math.min(largest, Number(query[name]));
  const bounded = (query: Query) => ({ ...query, [name]: String(of(query)) });
  return {
    of,
    async within(query, ask) {
      try {
        return await ask(bounded(query));
      } catch (error) {
        const bound = boundOf(error);
        if (bound === null || bound < 1 || !(bound < of(query))) throw error;
        largest = bound;
        return ask(bounded(query));
      }
    },
  };
}

/** The last number of what is said of the parameter, in whatever language. */
function boundOf(error: unknown): number | null {
  const said = error instanceof FaultError ? error.fault.say.match(/^page\[size\]: .*?(\d+)\D*$/) : null;
  return said === null ? null : Number(said[1]);
}
