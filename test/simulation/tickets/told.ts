import type { Company } from '../company.ts';
import type { Rest } from '../rest.ts';
import { isLeft, pairsOf } from './checks.ts';
import type { Post } from './post.ts';

/** How the story lets Syncline work. */
interface Hands {
  /** The service, with its door open, for so long (ms); `work` is done in the middle of it. */
  serve(ms: number, work: () => Promise<void>): Promise<void>;
  run(): Promise<void>;
}

/** Before Zendesk's export tells anybody what a person has just done (ms). */
const beforePollMs = 45_000;
const afterPollMs = 120_000;

/**
 * Once it is calm: what a vendor has told, and we have taken, is in the case before any poll could bring it, also where the first reading
 * of it fails; and what no call has told, the next poll brings.
 */
export async function toldAtRest(company: Company, rest: Rest, post: Post, hands: Hands): Promise<readonly string[]> {
  const { journey } = company;
  const pairs = pairsOf(rest)
    .filter(({ link, ticket, made }) => {
      const isQuiet = !isLeft(rest, link, null) && !isLeft(rest, link, 'Subject');
      return isQuiet && ticket.row.status !== 'closed' && made.row.Subject === ticket.row.subject;
    })
    .slice(0, 3);
  const missing = async (why: string): Promise<readonly string[]> => {
    const { records } = await company.picture();
    return pairs.flatMap(({ ticket, made }) => {
      const [wanted, has] = [
        records.get(`ticket/${ticket.id}`)?.row.subject,
        records.get(`Case/${made.id}`)?.row.Subject,
      ];
      return wanted === has
        ? []
        : [`tickets: ${why}: ticket/${ticket.id} is called "${wanted}", Case/${made.id} "${has}"`];
    });
  };
  const rename = async (): Promise<void> => {
    for (const { ticket } of pairs) {
      const subject = company.text('Ticket');
      await company.act(`edits ticket ${ticket.id} ${JSON.stringify({ subject })}`, () =>
        journey.edit('support', 'ticket', ticket.id, { subject }),
      );
    }
  };
  if (pairs.length === 0) return post.breaches;
  post.weather = 'fair';
  await hands.serve(beforePollMs, async () => {
    await journey.control('support', 'POST', 'faults', {
      match: { path: 'show_many' },
      do: 'status',
      status: 503,
      times: 4,
    });
    await rename();
  });
  const unheard = await missing('what a call has told is not in the case');
  await journey.control('support', 'DELETE', 'faults');
  post.weather = 'none';
  await rename();
  await journey.world.pass(afterPollMs);
  await hands.run();
  return [...post.breaches, ...unheard, ...(await missing('one poll did not bring what no call had told'))];
}
