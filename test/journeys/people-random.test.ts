import { afterEach, describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/systems/kit/testing.ts';
import { type Journey, newJourney, type Row } from './harness.ts';
import { previewedStep, step } from './said-and-done.ts';

/**
 * Hypothesis: whatever people do to accounts, contacts, leads and users, and whatever calls fail on the way, at rest every contact that is
 * not held has one user of its name with its address in its account's organization; what people did at Zendesk is all still there;
 * agents, administrators and suspended users are as people left them; and nothing more is written.
 */
let journey: Journey;
afterEach(() => journey.close());

const alike = ['Acme', 'ACME', 'Beta', 'Gamma', 'beta', 'Delta'];

type Act = () => Promise<void>;

class Story {
  readonly random: () => number;
  readonly accounts: string[] = [];
  readonly contacts: string[] = [];
  readonly leads: string[] = [];
  /** `user/organization` of every membership that a person made. */
  readonly memberships = new Set<string>();
  #count = 0;

  constructor(seed: number) {
    this.random = seededRandom(seed);
  }

  pick<T>(list: readonly T[]): T | undefined {
    return list[Math.floor(this.random() * list.length)];
  }

  name(): string {
    this.#count += 1;
    return `Person ${this.#count}`;
  }

  email(): string {
    const address = `p${Math.floor(this.random() * 12)}@acme.example`;
    return this.random() < 0.3 ? address.toUpperCase() : address;
  }

  async seed(host: 'sales' | 'support', object: string, row: Row): Promise<string> {
    const [id = ''] = await journey.seed(host, object, [row]);
    return id;
  }

  /** One thing that somebody does; what the vendor refuses, or a planted fault strikes, is left. */
  async act(acts: readonly Act[]): Promise<void> {
    await this.pick(acts)?.().catch((error: Error) => expect(error.message).toMatch(/: [45]\d\d |fetch failed/));
  }

  readonly addAccount = async () => {
    this.accounts.push(await this.seed('sales', 'Account', { Name: this.pick(alike) }));
  };
  readonly renameAccount = async () => {
    const id = this.pick(this.accounts);
    if (id) await journey.edit('sales', 'Account', id, { Name: this.pick(alike) });
  };
  readonly person = () => ({ LastName: this.name(), ...(this.random() < 0.9 ? { Email: this.email() } : {}) });
  readonly addContact = async () => {
    const AccountId = this.random() < 0.8 ? (this.pick(this.accounts) ?? null) : null;
    this.contacts.push(await this.seed('sales', 'Contact', { ...this.person(), AccountId }));
  };
  readonly editContact = async () => {
    const id = this.pick(this.contacts);
    const fields = this.pick<Row>([{ LastName: this.name() }, { AccountId: this.pick(this.accounts) ?? null }]);
    if (id && fields) await journey.edit('sales', 'Contact', id, fields);
  };
  readonly changeAddress = async () => {
    const id = this.pick(this.contacts);
    if (id) await journey.edit('sales', 'Contact', id, { Email: this.email() });
  };
  readonly removeContact = async () => {
    const id = this.pick(this.contacts);
    if (id) await journey.remove('sales', 'Contact', id);
  };
  readonly addLead = async () => {
    this.leads.push(await this.seed('sales', 'Lead', { ...this.person(), Company: 'X' }));
  };
  readonly editLead = async () => {
    const id = this.pick(this.leads);
    if (id) await journey.edit('sales', 'Lead', id, this.person());
  };
  readonly addUser = async () => {
    const role = this.pick(['end-user', 'end-user', 'end-user', 'agent', 'admin']);
    const suspended = role === 'end-user' && this.random() < 0.2;
    await this.seed('support', 'user', { name: this.name(), email: this.email(), role, suspended });
  };
  readonly addMembership = async () => {
    const user = this.pick((await journey.records('support', 'user')).filter(({ role }) => role === 'end-user'));
    const organization = this.pick(await journey.records('support', 'organization'));
    if (!user || !organization) return;
    const body = { user_id: user.id, organization_id: organization.id };
    await journey.callZendesk('POST', 'organization_memberships', { organization_membership: body });
    this.memberships.add(`${user.id}/${organization.id}`);
  };
  readonly addAddress = async () => {
    const user = this.pick((await journey.records('support', 'user')).filter(({ role }) => role === 'end-user'));
    const identity = { type: 'email', value: this.email() };
    if (user) await journey.callZendesk('POST', `users/${user.id}/identities`, { identity });
  };
  readonly changeRole = async () => {
    const user = this.pick(
      (await journey.records('support', 'user')).filter(({ name }) => /^Person/.test(String(name))),
    );
    const role = this.pick(['end-user', 'end-user', 'agent']);
    if (user) await journey.edit('support', 'user', String(user.id), { role });
  };
  readonly breakCalls = async () => {
    const fault = this.pick([
      { match: { path: 'create_many|users$' }, do: 'lose-answer', times: 1 },
      { match: { path: 'organization_memberships' }, do: 'lose-answer', times: 1 },
      { match: { method: 'PUT' }, do: 'status', status: 503, times: 2 },
      { match: { path: 'job_statuses' }, do: 'drop', times: 1 },
      { match: { path: 'incremental|query' }, do: 'status', status: 429, retryAfter: 5, times: 1 },
    ]);
    await journey.control('support', 'POST', 'faults', fault);
  };
  /** What a preview can know all about. */
  readonly plain: readonly Act[] = [
    this.addAccount,
    this.addContact,
    this.addContact,
    this.addContact,
    this.editContact,
    this.editContact,
    this.removeContact,
    this.addUser,
    this.addMembership,
    this.addMembership,
    this.changeRole,
  ];
  /** Names and addresses that Zendesk alone knows to be taken, one change that makes way for another, and calls that fail. */
  readonly tangled: readonly Act[] = [this.renameAccount, this.changeAddress, this.addAddress, this.breakCalls];
  readonly ofLeads: readonly Act[] = [this.addLead, this.editLead];
}

async function atRest(story: Story): Promise<void> {
  await journey.control('support', 'DELETE', 'faults');
  // Whatever failed again and again is waited for longest.
  await journey.world.pass(3_600_000);
  for (let i = 0; i < 4; i++) await step(journey);
  const last = await step(journey);
  expect(last.calls).toMatchObject({ sales: { write: 0 }, support: { write: 0 } });
  expect(await journey.open((service) => service.failures({}))).toEqual(
    await journey.open(async (service) => (await service.failures({})).filter(({ nextTry }) => nextTry === null)),
  );

  const open = await journey.open((service) => service.holds({ limit: 1000 }));
  const held = new Set(open.map(({ crm }) => crm?.id));
  const alive = ({ IsDeleted }: Row) => IsDeleted !== true;
  const accounts = (await journey.records('sales', 'Account')).filter(alive);
  const contacts = (await journey.records('sales', 'Contact')).filter(alive);
  const users = (await journey.records('support', 'user')).filter(({ active }) => active === true);
  const identities = await journey.records('support', 'identity');
  const organizations = await journey.records('support', 'organization');
  const memberships = new Set(
    (await journey.records('support', 'organization_membership')).map((row) => `${row.user_id}/${row.organization_id}`),
  );
  for (const each of story.memberships) expect([...memberships]).toContain(each);
  // A hold goes by itself once nobody else has the address.
  for (const { why, crm } of open) {
    const contact = contacts.find(({ Id }) => Id === crm?.id);
    if (why !== 'ambiguous' || !contact) continue;
    const address = String(contact.Email).toLowerCase();
    const rivals = contacts.filter((each) => each !== contact && String(each.Email).toLowerCase() === address);
    const owners = identities.filter(({ value }) => value === address);
    expect({ contact: contact.Name, others: rivals.length + owners.length }).not.toMatchObject({ others: 0 });
  }
  for (const contact of contacts) {
    if (held.has(String(contact.Id))) continue;
    const mine = users.filter(({ name }) => name === contact.Name);
    expect({ contact: contact.Name, users: mine.length }).toEqual({ contact: contact.Name, users: 1 });
    const [user] = mine;
    if (typeof contact.Email === 'string')
      expect(identities.filter((row) => row.user_id === user?.id).map(({ value }) => value)).toContain(
        contact.Email.toLowerCase(),
      );
    const account = accounts.find(({ Id }) => Id === contact.AccountId);
    const organization = organizations.find(({ name }) => name === account?.Name);
    if (!account || held.has(String(account.Id)) || !organization) continue;
    expect([...memberships]).toContain(`${user?.id}/${organization.id}`);
  }
}

/** Fifteen times four things happen, and a run; then rest. */
async function tell(
  seed: number,
  acts: (story: Story) => readonly Act[],
  syncs: Readonly<Record<string, Row>>,
  run: typeof step | typeof previewedStep,
) {
  journey = await newJourney({ seed });
  await journey.configure({}, { syncs });
  const story = new Story(seed);
  for (let round = 0; round < 15; round++) {
    for (let i = 0; i < 4; i++) await story.act(acts(story));
    const before = (await journey.records('support', 'user')).filter(({ role }) => role !== 'end-user');
    await run(journey);
    const after = await journey.records('support', 'user');
    for (const { id, name, role } of before) expect(after.find((row) => row.id === id)).toMatchObject({ name, role });
    for (const { method, path, body } of journey.writes('support')) {
      expect(path).not.toContain('create_or_update');
      if (method === 'PUT' && path.includes('/users'))
        expect(JSON.stringify(body)).not.toMatch(/"organization_id"|"role"/);
    }
  }
  await atRest(story);
}

const contacts = { preset: 'salesforce-zendesk/contacts' };
const leads = { preset: 'salesforce-zendesk/leads' };

describe('accounts, contacts and users that people change at random', () => {
  it.each([1, 2, 3])('come to rest as they should, whatever gets tangled (seed %i)', (seed) =>
    tell(seed, (story) => [...story.plain, ...story.tangled], { contacts }, step),
  );

  it.each([1, 2, 3])('come to rest as they should with leads beside them (seed %i)', (seed) =>
    tell(seed, (story) => [...story.plain, ...story.tangled, ...story.ofLeads], { contacts, leads }, step),
  );

  it.each([1, 2])('are written as the preview said, each time (seed %i)', (seed) =>
    tell(seed, (story) => story.plain, { contacts }, previewedStep),
  );
});
