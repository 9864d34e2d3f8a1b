import type { Row } from '../../journeys/harness.ts';
import type { Company } from '../company.ts';
import type { Seen } from '../ledger.ts';

/** What people do with tickets and cases. */
type Act = (company: Company) => Promise<void>;

const isOpen = ({ row }: Seen): boolean => row.status !== 'closed';

async function ticketFields(company: Company): Promise<Row> {
  const user = company.pick(
    (await company.there('user')).filter(({ row }) => row.suspended !== true || company.happens(0.2)),
  );
  return {
    subject: company.text('Ticket'),
    // Whose account it is writes where nobody else does.
    ...(user && company.happens(0.9) ? { requester_id: Number(user.id) } : {}),
    ...(company.happens(0.5) ? { priority: company.pick(['low', 'normal', 'high', 'urgent']) } : {}),
    ...(company.happens(0.4) ? { type: company.pick(['question', 'incident', 'problem']) } : {}),
    ...(company.happens(0.4) ? { tags: tags(company) } : {}),
    ...(company.happens(0.3) ? region(company) : {}),
  };
}

const tags = (company: Company): readonly string[] => ['a', 'b', 'c', 'd'].filter(() => company.happens(0.4));
const region = (company: Company): Row => ({
  custom_fields: [{ id: company.regionField, value: company.happens(0.8) ? company.text('region') : null }],
});

const write: Act = async (company) => {
  const row = await ticketFields(company);
  await company.act(`writes a ticket ${JSON.stringify(row)}`, () => company.journey.seed('support', 'ticket', [row]));
};

/** Somebody writes whom nobody knows: of an organization or of none, with an address or without. */
const stranger: Act = async (company) => {
  const { journey } = company;
  const name = company.text('Person');
  const firm = company.happens(0.5) ? { name: company.text('Firm') } : null;
  const known = company.pick(await company.there('organization'));
  const belongs = company.happens(0.8);
  const row = {
    name,
    ...(company.happens(0.8) ? { email: `${name.replace(' ', '')}@Acme.example` } : {}),
    role: company.happens(0.15) ? 'agent' : 'end-user',
  };
  const subject = company.text('Ticket');
  await company.act(
    `somebody new, ${JSON.stringify(row)} of ${firm?.name ?? known?.id}, writes ${subject}`,
    async () => {
      const [made] = firm ? await journey.seed('support', 'organization', [firm]) : [];
      const organization = made ?? known?.id;
      const of = belongs && organization !== undefined ? { organization_id: Number(organization) } : {};
      const [user] = await journey.seed('support', 'user', [{ ...row, ...of }]);
      await journey.seed('support', 'ticket', [{ subject, requester_id: Number(user) }]);
    },
  );
};

const editTicket =
  (fields: (company: Company) => Row | Promise<Row>): Act =>
  async (company) => {
    const ticket = company.pick((await company.there('ticket')).filter(isOpen));
    if (!ticket) return;
    const changed = await fields(company);
    await company.act(`edits ticket ${ticket.id} ${JSON.stringify(changed)}`, () =>
      company.journey.edit('support', 'ticket', ticket.id, changed),
    );
  };

async function agentOf(company: Company): Promise<Row> {
  const agent = company.pick((await company.there('user')).filter(({ row }) => row.role === 'agent'));
  return agent ? { assignee_id: Number(agent.id) } : {};
}

const work = editTicket(async (company) => ({
  ...(await agentOf(company)),
  status: company.pick(['open', 'pending', 'hold', 'solved', 'solved', 'closed']),
}));

const rename = editTicket((company) => ({ subject: company.text('Ticket') }));
const reopen = editTicket((company) => ({ status: 'open', comment: { body: company.text('word') } }));
const file = editTicket((company) =>
  company.happens(0.5) ? { tags: tags(company) } : { priority: company.pick(['low', 'normal', 'high', 'urgent']) },
);
const place = editTicket(region);
const handOver = editTicket(async (company) => {
  const user = company.pick(await company.there('user'));
  return user ? { requester_id: Number(user.id) } : {};
});

const removeTicket: Act = async (company) => {
  const ticket = company.pick(await company.there('ticket'));
  if (!ticket) return;
  await company.act(`deletes ticket ${ticket.id}`, () => company.journey.remove('support', 'ticket', ticket.id));
};

const spam: Act = async (company) => {
  const ticket = company.pick((await company.there('ticket')).filter(isOpen));
  if (!ticket) return;
  await company.act(`marks ticket ${ticket.id} as spam`, () =>
    company.journey.callZendesk('PUT', `tickets/${ticket.id}/mark_as_spam`, {}),
  );
};

const restoreTicket: Act = async (company) => {
  const ticket = company.pick((await company.all('ticket')).filter(({ isThere }) => !isThere));
  if (!ticket) return;
  await company.act(`restores ticket ${ticket.id}`, () => company.perform('ticket', ticket.id, 'restore'));
};

/** What a vendor does by a job is done at once, so that it is the person who has done it. */
async function atOnce(company: Company, path: string, body: Row): Promise<void> {
  const { journey, jobMs } = company;
  await journey.control('support', 'PUT', 'settings', { jobMs: 0 });
  try {
    await journey.callZendesk('POST', path, body);
  } finally {
    await journey.control('support', 'PUT', 'settings', { jobMs });
  }
}

const mergeTickets: Act = async (company) => {
  const open = (await company.there('ticket')).filter(isOpen);
  const [into, from] = [company.pick(open), company.pick(open)];
  if (!into || !from || into === from) return;
  await company.act(`merges ticket ${from.id} into ${into.id}`, () =>
    atOnce(company, `tickets/${into.id}/merge`, { ids: [Number(from.id)] }),
  );
};

const mergeOrganizations: Act = async (company) => {
  const there = await company.there('organization');
  const [into, from] = [company.pick(there), company.pick(there)];
  if (!into || !from || into === from) return;
  await company.act(`merges organization ${from.id} into ${into.id}`, () =>
    atOnce(company, `organizations/${from.id}/merge`, { organization_merge: { winner_id: into.id } }),
  );
};

const editCase =
  (fields: (company: Company) => Row | Promise<Row>): Act =>
  async (company) => {
    const seen = company.pick(await company.there('Case'));
    if (!seen) return;
    const changed = await fields(company);
    await company.act(`edits Case ${seen.id} ${JSON.stringify(changed)}`, () =>
      company.journey.edit('sales', 'Case', seen.id, changed),
    );
  };

const removeCase: Act = async (company) => {
  const seen = company.pick(await company.there('Case'));
  if (!seen) return;
  await company.act(`removes Case ${seen.id}`, () => company.journey.remove('sales', 'Case', seen.id));
};

const restoreCase: Act = async (company) => {
  const seen = company.pick((await company.all('Case')).filter(({ isThere }) => !isThere));
  if (!seen) return;
  await company.act(`restores Case ${seen.id}`, () => company.perform('Case', seen.id, 'restore'));
};

/** A case that has nothing to do with any ticket. */
const ownCase: Act = async (company) => {
  const row = { Subject: company.text('Case'), Reason: company.text('why') };
  await company.act(`adds Case ${JSON.stringify(row)}`, () => company.journey.seed('sales', 'Case', [row]));
};

const suspend: Act = async (company) => {
  const user = company.pick((await company.there('user')).filter(({ row }) => row.role === 'end-user'));
  if (!user) return;
  const suspended = user.row.suspended !== true;
  await company.act(`edits user ${user.id} ${JSON.stringify({ suspended })}`, () =>
    company.journey.edit('support', 'user', user.id, { suspended }),
  );
};

export const ofTickets: readonly (readonly [number, Act])[] = [
  [12, write],
  [8, stranger],
  [8, rename],
  [12, work],
  [3, reopen],
  [5, file],
  [3, place],
  [3, handOver],
  [2, removeTicket],
  [2, restoreTicket],
  [2, spam],
  [3, mergeTickets],
  [1, mergeOrganizations],
  [5, editCase((company) => ({ Status: company.pick(['New', 'Working', 'Escalated', 'Closed', 'Closed']) }))],
  [3, editCase((company) => ({ Subject: company.text('Case') }))],
  [2, editCase((company) => ({ Reason: company.text('why') }))],
  [2, removeCase],
  [1, restoreCase],
  [1, ownCase],
  [1, suspend],
];

/** Tickets that were there before Syncline comes. */
export async function settleTickets(company: Company): Promise<void> {
  const agent = { name: 'Ada Agent', email: 'ada@desk.example', role: 'agent' };
  await company.act(`adds user ${JSON.stringify(agent)}`, () => company.journey.seed('support', 'user', [agent]));
  for (let i = 0; i < 3; i++) await write(company);
  await stranger(company);
  await work(company);
}

/** Something that is to be written, and that a feed tells. */
export const arranged: Act = (company) => write(company);
