import type { Route } from './call.ts';
import { notFound, wrongMethod } from './refusal.ts';

interface Compiled {
  readonly route: Route;
  readonly segments: readonly string[];
}

export interface Found {
  readonly route: Route;
  readonly params: ReadonlyMap<string, string>;
}

/** Finds the endpoint of a path; a fixed word wins over a variable, so `contacts/search` is no contact. */
export class Router {
  readonly #bySize = new Map<number, Compiled[]>();

  constructor(routes: readonly Route[]) {
    for (const route of routes) {
      const segments = route.path.split('/');
      const list = this.#bySize.get(segments.length) ?? [];
      list.push({ route, segments });
      list.sort((one, two) => variables(one) - variables(two));
      this.#bySize.set(segments.length, list);
    }
  }

  /** Throws 404 where no path is like this, 405 where one is but not for this method. */
  find(method: string, path: string): Found {
    const given = path.split('/').map(decode);
    const fits = (this.#bySize.get(given.length) ?? []).filter(({ segments }) =>
      segments.every((segment, at) => (segment.startsWith(':') ? isId(given[at]) : segment === given[at])),
    );
    const best = fits.filter((one) => variables(one) === variables(fits[0] ?? one));
    const found = best.find(({ route }) => route.method === method);
    if (found === undefined) throw fits.length > 0 ? wrongMethod() : notFound();
    const params = found.segments.flatMap((segment, at): [string, string][] =>
      segment.startsWith(':') ? [[segment.slice(1), given[at] ?? '']] : [],
    );
    return { route: found.route, params: new Map(params) };
  }
}

function variables({ segments }: Compiled): number {
  return segments.filter((segment) => segment.startsWith(':')).length;
}

/** Ids are digits: anything else makes the path an unknown one. */
function isId(segment: string | undefined): boolean {
  return segment !== undefined && /^\d+$/.test(segment);
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
