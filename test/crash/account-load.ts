import type { Row, Stage } from './stage.ts';

/** Three jobs at Zendesk, two calls at Salesforce. */
const loadSize = 300;

/** Accounts or organizations that the other side does not have yet. */
export async function loadAccounts({ control }: Pick<Stage, 'control'>, from: 'crm' | 'desk', count = loadSize) {
  const names = Array.from({ length: count }, (_, i) => `Customer ${i}`);
  if (from === 'crm')
    await control('sales', 'PUT', 'seed', { Account: names.map((Name) => ({ Name, Description: 'd' })) });
  else await control('support', 'PUT', 'seed', { organization: names.map((name) => ({ name, details: 'd' })) });
}

/** Each record of the source has one twin, by its name and by its mark, and nothing else was made on either side. */
export async function accountProblems(
  stage: Pick<Stage, 'records'>,
  from: 'crm' | 'desk',
  markOf: (id: string) => RegExp | null,
): Promise<readonly string[]> {
  const accounts = await stage.records('sales', 'Account');
  const organizations = await stage.records('support', 'organization');
  const [sources, twins] = from === 'crm' ? [accounts, organizations] : [organizations, accounts];
  const problems: string[] = [];
  if (sources.length !== loadSize) problems.push(`${sources.length} records at the source instead of ${loadSize}`);
  if (twins.length !== loadSize) problems.push(`${twins.length} twins instead of ${loadSize}`);
  const byName = Map.groupBy(twins, nameOf);
  for (const source of sources) {
    const [twin, ...more] = byName.get(nameOf(source)) ?? [];
    if (twin === undefined) problems.push(`${nameOf(source)} has no twin`);
    if (more.length > 0) problems.push(`${nameOf(source)} has ${1 + more.length} twins`);
    if (twin === undefined) continue;
    const mark = from === 'crm' ? twin.external_id : twin.Syncline_Key__c;
    const expected = markOf(String(source.Id ?? source.id));
    const right = expected === null ? (mark ?? null) === null : typeof mark === 'string' && expected.test(mark);
    if (!right) problems.push(`${nameOf(source)} has a twin with the mark ${JSON.stringify(mark)}`);
  }
  const known = new Set(sources.map(nameOf));
  for (const name of byName.keys()) if (!known.has(name)) problems.push(`${name} is nobody's twin`);
  return problems;
}

function nameOf(row: Row): string {
  return String(row.Name ?? row.name);
}
