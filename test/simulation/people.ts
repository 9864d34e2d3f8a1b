import type { Row } from '../journeys/harness.ts';
import type { Company } from './company.ts';
import { plain } from './flows.ts';
import { hostOf, type Kind } from './ledger.ts';
import { ofTickets, settleTickets } from './tickets/people.ts';

/** What people do at both vendors, one thing at a time, as chance has it. */
type Act = (company: Company) => Promise<void>;

/** A name: nearly always one that nobody has; else one of a few, in some case or other. */
function name(company: Company, word: string): string {
  if (!company.happens(0.06)) return company.text(word);
  return company.pick([`${word} Twice`, `${word} TWICE`, `${word} Thrice`]) ?? word;
}

/** Most addresses are a person's own, some are shared. */
function address(company: Company): string {
  if (company.happens(0.15)) return `Shared${company.upTo(3)}@acme.example`;
  return `${company.text('p').replace(' ', '')}@Acme.example`;
}

const blank: Readonly<Record<Exclude<Kind, 'Case' | 'ticket'>, (company: Company) => Promise<Row>>> = {
  Account: async (company) => ({ Name: name(company, 'Firm'), ...description(company, 'Description') }),
  organization: async (company) => ({ name: name(company, 'Firm'), ...description(company, 'details') }),
  Contact: async (company) => ({
    LastName: company.text('Person'),
    AccountId: company.happens(0.8) ? await accountOf(company) : null,
    ...(company.happens(0.9) ? { Email: address(company) } : {}),
    ...description(company, 'Title'),
  }),
  Lead: async (company) => ({
    LastName: company.text('Person'),
    Company: 'Acme',
    ...(company.happens(0.9) ? { Email: address(company) } : {}),
  }),
  user: async (company) => ({
    name: company.text('Person'),
    email: address(company),
    role: company.pick(['end-user', 'end-user', 'end-user', 'agent']) ?? 'end-user',
    ...description(company, 'notes'),
  }),
};

const note = (company: Company): string => (company.configuration.isGraded ? company.grade('x') : company.text('note'));

const description = (company: Company, field: string): Row =>
  company.happens(0.5) ? { [field]: company.text('word') } : {};

async function accountOf(company: Company): Promise<string | null> {
  return company.pick(await company.there('Account'))?.id ?? null;
}

const add =
  (kind: keyof typeof blank): Act =>
  async (company) => {
    const row = await blank[kind](company);
    await company.act(`adds ${kind} ${JSON.stringify(row)}`, () => company.journey.seed(hostOf(kind), kind, [row]));
  };

const edit =
  (kind: Kind, fields: (company: Company) => Row | Promise<Row>): Act =>
  async (company) => {
    const seen = company.pick(await company.there(kind));
    if (!seen) return;
    const changed = await fields(company);
    await company.act(`edits ${kind} ${seen.id} ${JSON.stringify(changed)}`, () =>
      company.journey.edit(hostOf(kind), kind, seen.id, changed),
    );
  };

const remove =
  (kind: Kind): Act =>
  async (company) => {
    // Agents are not removed: a twin's account keeps its owner.
    const seen = company.pick((await company.there(kind)).filter(({ row }) => (row.role ?? 'end-user') === 'end-user'));
    if (!seen) return;
    await company.act(`removes ${kind} ${seen.id}`, () => company.journey.remove(hostOf(kind), kind, seen.id));
  };

const restore =
  (kind: Kind): Act =>
  async (company) => {
    const seen = company.pick((await company.all(kind)).filter(({ isThere }) => !isThere));
    if (!seen) return;
    await company.act(`restores ${kind} ${seen.id}`, () => company.perform(kind, seen.id, 'restore'));
  };

const merge =
  (kind: Kind): Act =>
  async (company) => {
    const there = (await company.there(kind)).filter(({ row }) => (row.role ?? 'end-user') === 'end-user');
    const [winner, loser] = [company.pick(there), company.pick(there)];
    if (!winner || !loser || winner === loser) return;
    await company.act(`merges ${kind} ${loser.id} into ${winner.id}`, () =>
      kind === 'user'
        ? company.perform(kind, loser.id, 'merge', { into: Number(winner.id) })
        : company.perform(kind, winner.id, 'merge', { losers: [loser.id] }),
    );
  };

const convert: Act = async (company) => {
  const lead = company.pick((await company.there('Lead')).filter(({ row }) => row.IsConverted !== true));
  if (!lead) return;
  await company.act(`converts Lead ${lead.id}`, () =>
    company.perform('Lead', lead.id, 'convert', { doNotCreateOpportunity: true }),
  );
};

const join: Act = async (company) => {
  const user = company.pick((await company.there('user')).filter(({ row }) => row.role === 'end-user'));
  const organization = company.pick(await company.there('organization'));
  if (!user || !organization) return;
  const organization_membership = { user_id: Number(user.id), organization_id: Number(organization.id) };
  await company.act(`makes user ${user.id} a member of ${organization.id}`, () =>
    company.journey.callZendesk('POST', 'organization_memberships', { organization_membership }),
  );
};

/** Two accounts of one name at once: one of them gets the twin. */
const namesakes: Act = async (company) => {
  const name = company.text('Firm');
  await company.act(`adds two accounts ${name}`, () =>
    company.journey.seed('sales', 'Account', [{ Name: name }, { Name: name.toUpperCase() }]),
  );
};

const change = (company: Company, kind: 'Account' | 'organization', id: string, fields: Row): Promise<void> =>
  company.act(`edits ${kind} ${id} ${JSON.stringify(fields)}`, () =>
    company.journey.edit(hostOf(kind), kind, id, fields),
  );

/** Two saves of one account, one right after the other. */
const twice: Act = async (company) => {
  const account = company.pick(await company.there('Account'));
  if (!account) return;
  await change(company, 'Account', account.id, { Name: company.text('Firm') });
  await change(company, 'Account', account.id, { Description: company.text('word') });
};

/** An account is to be called as another one's organization is, and its own organization is edited meanwhile. */
const takenName: Act = async (company) => {
  const organizations = await company.there('organization');
  const account = company.pick(await company.there('Account'));
  const own = organizations.find(({ row }) => plain(row.name) === plain(account?.row.Name));
  const taken = company.pick(organizations.filter((each) => each !== own));
  if (!account || !own || !taken) return;
  await change(company, 'Account', account.id, { Name: plain(taken.row.name).toUpperCase() });
  await change(company, 'organization', own.id, { details: company.text('word') });
};

const ofAccounts: readonly (readonly [number, Act])[] = [
  [5, add('Account')],
  [2, add('organization')],
  [5, edit('Account', (company) => ({ Description: company.text('word') }))],
  [4, edit('Account', (company) => ({ Name: name(company, 'Firm') }))],
  [1, edit('Account', (company) => ({ Description: null, Industry: company.text('field') }))],
  [3, edit('organization', (company) => ({ details: company.text('word') }))],
  [3, edit('organization', (company) => ({ name: name(company, 'Firm') }))],
  [1, edit('organization', (company) => ({ notes: note(company), details: '' }))],
  [1, remove('Account')],
  [1, remove('organization')],
  [1, restore('Account')],
  [1, merge('Account')],
  [1, namesakes],
  [1, twice],
  [1, takenName],
];

const leads = {
  add: add('Lead'),
  rename: edit('Lead', (company) => ({ LastName: company.text('Person') })),
  address: edit('Lead', (company) => ({ Email: address(company) })),
  remove: remove('Lead'),
  merge: merge('Lead'),
  convert,
};

const ofPeople: readonly (readonly [number, Act])[] = [
  [6, add('Contact')],
  [2, leads.add],
  [3, add('user')],
  [4, edit('Contact', (company) => ({ LastName: company.text('Person') }))],
  [2, edit('Contact', (company) => ({ Email: address(company), Department: company.text('unit') }))],
  [3, edit('Contact', async (company) => ({ AccountId: await accountOf(company) }))],
  [2, leads.rename],
  [1, leads.address],
  [2, edit('user', (company) => ({ name: company.text('Person') }))],
  [1, edit('user', (company) => ({ notes: company.text('note') }))],
  [1, remove('Contact')],
  [1, leads.remove],
  [1, remove('user')],
  [1, restore('Contact')],
  [1, merge('Contact')],
  [1, leads.merge],
  [1, merge('user')],
  [2, leads.convert],
  [3, join],
];

const ofContacts = ofPeople.filter(([, act]) => !Object.values(leads).includes(act));

/** A bank takes no part, and on the other side one of that name: a second account must not come of it. */
const shadow: Act = async (company) => {
  const name = company.text('Firm');
  await company.act(`adds a bank ${name}`, () =>
    company.journey.seed('sales', 'Account', [{ Name: name, Industry: 'Banking' }]),
  );
  await company.act(`adds organization ${name}`, () =>
    company.journey.seed('support', 'organization', [{ name: name.toUpperCase() }]),
  );
};

/** Somebody changes their mind about a grade. */
const regrade: Act = async (company) => {
  const graded = (await company.there('Account')).filter(({ row }) => String(row.AccountNumber ?? '').startsWith('A'));
  const seen = company.pick(graded);
  if (!seen) return;
  await change(company, 'Account', seen.id, { AccountNumber: company.grade('A') });
};

const ofGrades: readonly (readonly [number, Act])[] = [
  [6, edit('Account', (company) => ({ AccountNumber: company.grade(company.happens(0.7) ? 'A' : 'B') }))],
  [8, regrade],
  [2, edit('organization', (company) => ({ notes: company.grade('x') }))],
  [2, edit('Account', () => ({ Industry: 'Banking' }))],
  [1, edit('Account', () => ({ Industry: null }))],
  [2, shadow],
];

/** Somebody tidies up: several accounts go at once. */
const tidy: Act = async (company) => {
  for (const { id } of (await company.there('Account')).slice(0, 3 + company.upTo(2)))
    await company.act(`removes Account ${id}`, () => company.journey.remove('sales', 'Account', id));
};

const ofRemovals: readonly (readonly [number, Act])[] = [
  [3, remove('Account')],
  [2, remove('organization')],
  [6, restore('Account')],
  [2, edit('Account', () => ({ Industry: 'Banking' }))],
  [3, edit('Account', () => ({ Industry: null }))],
  [1, tidy],
];

/** Somebody edits an account's description; what comes back edits the same one once more. */
export async function insist(company: Company): Promise<() => Promise<void>> {
  const account = company.pick(await company.there('Account'));
  const act = async () => {
    const there = (await company.there('Account')).find(({ id }) => id === account?.id);
    if (there) await change(company, 'Account', there.id, { Description: company.text('word') });
  };
  await act();
  return act;
}

/** Somebody does one thing. */
export async function live(company: Company): Promise<void> {
  const { kinds, isGraded, removal, tickets } = company.configuration;
  const acts = [
    ...ofAccounts,
    ...(kinds.includes('Lead') ? ofPeople : []),
    ...(tickets ? [...ofContacts, ...ofTickets] : []),
    ...(isGraded ? ofGrades : []),
    ...(removal ? ofRemovals : []),
  ];
  const lots = acts.flatMap(([weight, act]) => Array.from({ length: weight }, () => act));
  await company.pick(lots)?.(company);
}

/** Who is there before Syncline comes: some on both sides, under one name. */
export async function settle(company: Company): Promise<void> {
  await company.meet();
  for (let i = 0; i < 3; i++) await add('Account')(company);
  for (let i = 0; i < 2; i++) await add('organization')(company);
  const [known] = await company.there('Account');
  const met = {
    name: String(known?.row.Name).toUpperCase(),
    details: company.text('word'),
    notes: note(company),
  };
  await company.act(`adds organization ${JSON.stringify(met)}`, () =>
    company.journey.seed('support', 'organization', [met]),
  );
  const { kinds, tickets } = company.configuration;
  const people = (['Contact', 'Contact', 'Contact', 'Lead', 'user'] as const).filter((kind) => kinds.includes(kind));
  for (const kind of people) await add(kind)(company);
  if (tickets) await settleTickets(company);
}
