/** What clients asked of the vendor's API: every request, logins and refused ones included, never `/_twin`. */
export interface Calls {
  /** Counts a request when it arrives; the answer's status is filled in by what this returns (null: the connection broke). */
  arrive(method: string, url: URL): (status: number | null) => void;
  report(): CallReport;
  clear(): void;
}

export interface CallReport {
  readonly total: number;
  readonly byRoute: Readonly<Record<string, number>>;
  /** The latest, oldest first. */
  readonly last: readonly Call[];
}

export interface Call {
  readonly at: string;
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly status: number | null;
}

const kept = 500;

export interface CallsOptions {
  readonly now: () => number;
  /** Path without query → path with its ids replaced by `:id`; `normalisePath` unless given. */
  readonly route?: (path: string) => string;
}

export function createCalls({ now, route = normalisePath }: CallsOptions): Calls {
  let total = 0;
  let byRoute = new Map<string, number>();
  let last: { at: string; method: string; path: string; status: number | null }[] = [];
  return {
    arrive(method, url) {
      total++;
      const key = `${method} ${route(url.pathname)}`;
      byRoute.set(key, (byRoute.get(key) ?? 0) + 1);
      const call: (typeof last)[number] = {
        at: new Date(now()).toISOString(),
        method,
        path: url.pathname + url.search,
        status: null,
      };
      last.push(call);
      // Dropping half at a time keeps this constant on average; shifting one by one would not.
      if (last.length > kept * 2) last = last.slice(-kept);
      return (status) => {
        call.status = status;
      };
    },
    report: () => ({
      total,
      byRoute: Object.fromEntries([...byRoute].sort(([one], [two]) => (one < two ? -1 : 1))),
      last: last.slice(-kept),
    }),
    clear() {
      total = 0;
      byRoute = new Map();
      last = [];
    },
  };
}

/** Numbers, UUIDs, and long words of letters with digits become `:id`; an extension such as `.json` stays. */
export function normalisePath(path: string): string {
  return path.replace(/[^/]+/g, (segment) => {
    const [, name = segment, extension = ''] = /^(.*?)(\.[a-z]+)?$/i.exec(segment) ?? [];
    return looksLikeId(name) ? `:id${extension}` : segment;
  });
}

function looksLikeId(word: string): boolean {
  if (/^\d+$/.test(word) || /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(word)) return true;
  return /^[0-9A-Za-z]{15,40}$/.test(word) && /\d/.test(word);
}
