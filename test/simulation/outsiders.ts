import type { Company } from './company.ts';
import type { Kind } from './ledger.ts';
import { isInside, type Rest } from './rest.ts';

/**
 * I9, where a record has left the filter: people edit it and its twin once more, Syncline runs, and neither of the two is written.
 * `settle` has Syncline come to rest.
 */
export async function outsidersKept(
  company: Company,
  { couples, hidden }: Rest,
  settle: () => Promise<void>,
): Promise<readonly string[]> {
  const left = couples.filter(({ pair, crm }) => pair.isTwoWay && !isInside(pair, crm) && !hidden.now.has(crm.id));
  if (left.length === 0) return [];
  for (const { crm, desk } of left) {
    await edit(company, 'Account', crm.id, { Description: company.text('word') });
    await edit(company, 'organization', desk.id, { details: company.text('word') });
  }
  const before = await company.picture();
  await settle();
  const after = await company.picture();
  return left.flatMap(({ crm, desk }) =>
    [`Account/${crm.id}`, `organization/${desk.id}`].flatMap((key) =>
      JSON.stringify(before.records.get(key)?.row) === JSON.stringify(after.records.get(key)?.row)
        ? []
        : [`I9 theirs: ${key} was written, although the account takes no part`],
    ),
  );
}

async function edit(company: Company, kind: Kind, id: string, fields: Readonly<Record<string, string>>): Promise<void> {
  await company.act(`edits ${kind} ${id} ${JSON.stringify(fields)}`, () =>
    company.journey.edit(kind === 'Account' ? 'sales' : 'support', kind, id, fields),
  );
}
