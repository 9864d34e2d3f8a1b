/** Paths with their ids, locators and external keys as `:id`, so that calls can be counted by route. */
export function normaliseRoute(path: string): string {
  return path
    .replace(/\/{2,}/g, '/')
    .replace(/(\/sobjects\/[^/]+\/)(?!describe\b|updated\b|deleted\b|listviews\b)([^/]+)\/[^/]+$/i, '$1$2/:id')
    .replace(/\/[0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?(?:-\d+)?(?=\/|$)/g, (segment) =>
      /\d/.test(segment) ? '/:id' : segment,
    );
}
