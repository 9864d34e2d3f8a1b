import type { Route } from './call.ts';

interface Node {
  readonly fixed: Map<string, Node>;
  variable: { readonly name: string; readonly node: Node } | null;
  readonly routes: Map<string, Route>;
}

export interface Found {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
  /** The route's own words, with `:id` for what varies. */
  readonly pattern: string;
}

/** A tree of path segments; a fixed word wins over a variable one, so `users/me` is not a user called me. */
export class Router {
  readonly #root: Node = node();

  constructor(routes: readonly Route[]) {
    for (const route of routes) {
      let at = this.#root;
      for (const segment of route.path.split('/')) {
        if (segment.startsWith(':')) {
          at.variable ??= { name: segment.slice(1), node: node() };
          at = at.variable.node;
        } else {
          const next = at.fixed.get(segment) ?? node();
          at.fixed.set(segment, next);
          at = next;
        }
      }
      at.routes.set(route.method, route);
    }
  }

  /** `path` without /api/v2/ and without .json. */
  find(method: string, path: string): Found | undefined {
    const values: string[] = [];
    const route = walk(this.#root, path.split('/'), 0, method, values);
    if (route === undefined) return undefined;
    const params: Record<string, string> = {};
    for (const segment of route.path.split('/')) {
      if (segment.startsWith(':')) params[segment.slice(1)] = values.shift() ?? '';
    }
    return { route, params, pattern: route.path.replaceAll(/:\w+/g, ':id') };
  }
}

function walk(
  at: Node,
  segments: readonly string[],
  depth: number,
  method: string,
  values: string[],
): Route | undefined {
  const segment = segments[depth];
  if (segment === undefined) return at.routes.get(method);
  const fixed = at.fixed.get(segment);
  const found = fixed && walk(fixed, segments, depth + 1, method, values);
  if (found !== undefined) return found;
  if (at.variable === null || segment === '') return undefined;
  values.push(decode(segment));
  const inside = walk(at.variable.node, segments, depth + 1, method, values);
  if (inside === undefined) values.pop();
  return inside;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function node(): Node {
  return { fixed: new Map(), variable: null, routes: new Map() };
}
