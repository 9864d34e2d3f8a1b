import { z } from 'zod';
import type { Host, Row, Stage } from './stage.ts';

/** Ids of what was seeded, by object. */
const seeded = z.record(z.string(), z.array(z.union([z.string(), z.number()])));

/** Organizations with one requester each, and tickets of each of them; one organization and its requester are known to Salesforce already. */
const people = 20;
const ticketsOfEach = 3;

/** Tickets whose accounts and contacts are made by the load as well. */
export async function loadTickets({ control }: Pick<Stage, 'control'>): Promise<void> {
  const seed = async (host: Host, object: string, rows: readonly Row[]) =>
    seeded.parse(await control(host, 'PUT', 'seed', { [object]: rows }))[object] ?? [];
  const numbers = Array.from({ length: people }, (_, i) => i);
  const organizations = await seed(
    'support',
    'organization',
    numbers.map((i) => ({ name: `Customer ${i}` })),
  );
  const users = await seed(
    'support',
    'user',
    numbers.map((i) => ({ name: `Ada Number${i}`, email: emailOf(i), organization_id: organizations[i] })),
  );
  const tickets = numbers.flatMap((i) =>
    Array.from({ length: ticketsOfEach }, (_, n) => ({
      subject: `Ticket ${n} of ${i}`,
      description: 'd',
      requester_id: users[i],
      organization_id: organizations[i],
    })),
  );
  await seed('support', 'ticket', tickets);
  await seed('sales', 'Account', [{ Name: 'Customer 0' }]);
  await seed('sales', 'Contact', [{ LastName: 'Number0', Email: emailOf(0) }]);
}

/** Each ticket has one case, with the account of its organization and the contact of its requester, of which there is one each. */
export async function ticketProblems({ records }: Pick<Stage, 'records'>): Promise<readonly string[]> {
  const [accounts, contacts, cases] = [
    await records('sales', 'Account'),
    await records('sales', 'Contact'),
    await records('sales', 'Case'),
  ];
  const problems: string[] = [];
  const only = (what: string, rows: readonly Row[]): Row | undefined => {
    if (rows.length !== 1) problems.push(`${what} is there ${rows.length} times`);
    return rows[0];
  };
  for (let i = 0; i < people; i++) {
    const account = only(
      `Customer ${i}`,
      accounts.filter(({ Name }) => Name === `Customer ${i}`),
    );
    const contact = only(
      emailOf(i),
      contacts.filter(({ Email }) => Email === emailOf(i)),
    );
    for (let n = 0; n < ticketsOfEach; n++) {
      const subject = `Ticket ${n} of ${i}`;
      const made = only(
        subject,
        cases.filter(({ Subject }) => Subject === subject),
      );
      if (made?.AccountId !== account?.Id) problems.push(`${subject} has the account ${String(made?.AccountId)}`);
      if (made?.ContactId !== contact?.Id) problems.push(`${subject} has the contact ${String(made?.ContactId)}`);
    }
  }
  const expected = people * (2 + ticketsOfEach);
  const found = accounts.length + contacts.length + cases.length;
  return found === expected ? problems : [...problems, `${found} records in Salesforce instead of ${expected}`];
}

function emailOf(i: number): string {
  return `ada.${i}@acme.example`;
}
