/** Groups of scopes, `Desk.<group>.<verb>`. Source: Zoho Desk API, "OAuth scopes". */
const groups = [
  ...['tickets', 'contacts', 'accounts', 'tasks', 'calls', 'events', 'activities', 'basic', 'settings', 'search'],
  ...['articles', 'products', 'webhooks', 'fields', 'layouts', 'imports', 'exports', 'community', 'contracts'],
];
const verbs = ['READ', 'CREATE', 'UPDATE', 'DELETE', 'ALL'];

export const everyScope: readonly string[] = groups.map((group) => `Desk.${group}.ALL`);

export function isKnownScope(scope: string): boolean {
  const [product, group = '', verb = '', ...more] = scope.split('.');
  if (product !== 'Desk') return /^[A-Za-z]+(\.[A-Za-z]+)+$/.test(scope) && scope.startsWith('aaaserver.');
  return groups.includes(group) && verbs.includes(verb) && more.length === 0;
}

/** ALL includes the four others. */
export function grants(held: readonly string[], needed: string): boolean {
  return held.includes(needed) || held.includes(needed.replace(/\.[A-Z]+$/, '.ALL'));
}
