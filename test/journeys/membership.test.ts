import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Journey, newJourney, type Row, type Sent } from './harness.ts';

/**
 * Requirement P-02 as a matrix: where a contact's account stands × who has its e-mail address at Zendesk, followed through the life of
 * the contact. The whole product runs against both twins; each step ends with a picture of Zendesk, and a test is one field of one picture.
 */

/** Where the account of a contact stands when the contact is first seen. */
const places = ['linked', 'coming', 'filtered', 'held', 'absent', 'parted', 'removed'] as const;
type Place = (typeof places)[number];

/** Who has the contact's e-mail address. */
const people = ['nobody', 'plain', 'elsewhere', 'manual', 'agent', 'admin', 'suspended'] as const;
type Person = (typeof people)[number];

const cells = places.flatMap((place) => people.map((person) => ({ place, person })));
const ends = (person: Person) => !['agent', 'admin', 'suspended'].includes(person);
const address = (place: Place, person: Person) => `${place}.${person}@acme.example`;
const fullName = (place: Place, person: Person) => `${place} ${person}`;

/** The organizations that each of them belongs to before Syncline comes, the default one first. */
const belonging: Readonly<Record<Person, readonly string[]>> = {
  nobody: [],
  plain: [],
  elsewhere: ['Other A'],
  manual: ['Other A', 'Other B'],
  agent: ['Other A'],
  admin: [],
  suspended: ['Other B'],
};
const roles: Readonly<Record<Person, string>> = {
  nobody: 'end-user',
  plain: 'end-user',
  elsewhere: 'end-user',
  manual: 'end-user',
  agent: 'agent',
  admin: 'admin',
  suspended: 'end-user',
};

interface Standing {
  readonly role: unknown;
  readonly suspended: unknown;
  readonly default: string | null;
  readonly organizations: readonly string[];
}

interface Picture {
  readonly users: ReadonlyMap<string, Standing>;
  readonly writes: readonly Sent[];
  readonly routes: Readonly<Record<string, number>>;
  readonly reported: number;
  /** By e-mail address of the contact. */
  readonly holds: readonly string[];
}

let journey: Journey;
const accounts = new Map<string, string>();
const contacts = new Map<string, string>();
let first: Picture;
let quiet: Picture;
let later: Picture;
let moved: Picture;
let left: Picture;
let removed: Picture;

/** Runs, and draws what Zendesk looks like then. */
async function step(): Promise<Picture> {
  await journey.world.pass(90_000);
  await journey.forgetCalls();
  const report = await journey.run();
  const { byRoute } = await journey.calls('support');
  const names = new Map((await journey.records('support', 'organization')).map((row) => [row.id, String(row.name)]));
  const memberships = await journey.records('support', 'organization_membership');
  const users = (await journey.records('support', 'user')).map((user): [string, Standing] => {
    const own = memberships.filter((row) => row.user_id === user.id);
    const main = own.find((row) => row.default === true);
    expect(main?.organization_id ?? null).toBe(user.organization_id);
    const standing = {
      role: user.role,
      suspended: user.suspended,
      default: main ? (names.get(main.organization_id) ?? null) : null,
      organizations: own.map((row) => names.get(row.organization_id) ?? '?').sort(),
    };
    return [String(user.email), standing];
  });
  const holds = await journey.open((service) => service.holds({ sync: 'contacts' }));
  return {
    users: new Map(users),
    writes: [...journey.writes('support')],
    routes: byRoute,
    reported: report.calls.support?.write ?? 0,
    holds: holds.map(({ values }) => String(values.crm ?? values.desk)).sort(),
  };
}

async function seedAccounts(rows: readonly Row[]): Promise<void> {
  const ids = await journey.seed('sales', 'Account', rows);
  rows.forEach((row, i) => {
    accounts.set(String(row.Name), ids[i] ?? '');
  });
}

async function seedDesk(): Promise<void> {
  const [a, b] = await journey.seed('support', 'organization', [{ name: 'Other A' }, { name: 'Other B' }]);
  const ids = new Map([
    ['Other A', a],
    ['Other B', b],
  ]);
  for (const { place, person } of cells) {
    if (person === 'nobody') continue;
    const [main, ...more] = belonging[person].map((name) => ids.get(name));
    const [user] = await journey.seed('support', 'user', [
      {
        name: fullName(place, person),
        email: address(place, person),
        role: roles[person],
        ...(person === 'suspended' ? { suspended: true } : {}),
        ...(main === undefined ? {} : { organization_id: Number(main) }),
      },
    ]);
    for (const each of more) {
      const membership = { user_id: Number(user), organization_id: Number(each) };
      await journey.callZendesk('POST', 'organization_memberships', { organization_membership: membership });
    }
  }
}

const account: Readonly<Record<Place, string | null>> = {
  linked: 'Linked',
  coming: 'Coming',
  filtered: 'Filtered',
  held: 'Held',
  absent: null,
  parted: 'Parted',
  removed: 'Removed',
};

async function seedContacts(): Promise<void> {
  for (const { place, person } of cells) {
    const name = account[place];
    const [id = ''] = await journey.seed('sales', 'Contact', [
      {
        FirstName: place,
        LastName: person,
        Email: address(place, person),
        ...(name === null ? {} : { AccountId: accounts.get(name) }),
      },
    ]);
    contacts.set(address(place, person), id);
  }
}

async function moveAll(to: (place: Place) => string | null | undefined): Promise<void> {
  for (const { place, person } of cells) {
    const target = to(place);
    if (target === undefined) continue;
    await journey.edit('sales', 'Contact', contacts.get(address(place, person)) ?? '', {
      AccountId: target === null ? null : accounts.get(target),
    });
  }
}

beforeAll(async () => {
  journey = await newJourney();
  await journey.configure(
    { filter: { crm: { all: [{ field: 'Type', op: 'is', value: ['Customer - Direct'] }] } } },
    { syncs: { contacts: { preset: 'salesforce-zendesk/contacts' } } },
  );
  const customer = (...names: string[]) => names.map((Name) => ({ Name, Type: 'Customer - Direct' }));
  await seedAccounts(customer('Linked', 'Second', 'Removed', 'Parted'));
  await step();
  const organizations = await journey.records('support', 'organization');
  const parted = organizations.find((row) => row.name === 'Parted');
  await journey.remove('support', 'organization', String(parted?.id));
  await seedDesk();
  await journey.seed('support', 'organization', [{ name: 'Held' }]);
  await seedAccounts([...customer('Coming', 'HELD', 'Held'), { Name: 'Filtered', Type: 'Prospect' }]);
  await seedContacts();
  first = await step();
  quiet = await step();

  await journey.edit('sales', 'Account', accounts.get('Filtered') ?? '', { Type: 'Customer - Direct' });
  await journey.edit('sales', 'Account', accounts.get('HELD') ?? '', { Name: 'Another' });
  await moveAll((place) => (place === 'absent' ? 'Linked' : undefined));
  later = await step();

  await moveAll(() => 'Second');
  moved = await step();

  await moveAll((place) => (place === 'removed' ? 'Removed' : null));
  left = await step();

  await journey.remove('sales', 'Account', accounts.get('Removed') ?? '');
  removed = await step();
}, 60_000);
afterAll(() => journey.close());

/** What this user is to be when these organizations were added to what it had, the last one as the default. */
function standing(person: Person, ...added: readonly string[]): Standing {
  const own = belonging[person];
  const all = ends(person) ? [...own, ...added] : own;
  const main = ends(person) ? added.at(-1) : undefined;
  return {
    role: roles[person],
    suspended: person === 'suspended',
    default: main ?? own[0] ?? null,
    organizations: [...new Set(all)].sort(),
  };
}

const atFirst: Readonly<Record<Place, readonly string[]>> = {
  linked: ['Linked'],
  coming: ['Coming'],
  filtered: [],
  held: [],
  absent: [],
  parted: [],
  removed: ['Removed'],
};
const inTheEnd: typeof atFirst = { ...atFirst, filtered: ['Filtered'], held: ['Held'], absent: ['Linked'] };

describe('when contacts are first loaded', () => {
  it.each(cells)('the account is $place, the address is of $person', ({ place, person }) => {
    expect(first.users.get(address(place, person))).toEqual(standing(person, ...atFirst[place]));
  });

  it('contacts of agents, administrators and suspended users are held, and nobody else', () => {
    const expected = cells.flatMap(({ place, person }) => (ends(person) ? [] : [address(place, person)]));
    expect(first.holds).toEqual(expected.sort());
  });

  it('takes a job for the new users, one for the memberships, and one call for the new organization', () => {
    expect(first.writes.map(({ method, path }) => `${method} ${path.replace('/api/v2/', '')}`).sort()).toEqual([
      'POST organization_memberships/create_many',
      'POST organizations',
      'POST users/create_many',
    ]);
  });
});

describe('when an account comes in step later', () => {
  it.each(cells)('it was $place, the address is of $person', ({ place, person }) => {
    expect(later.users.get(address(place, person))).toEqual(standing(person, ...inTheEnd[place]));
  });

  it('takes a job for who can be moved at once, and one for who waits for the new organization', () => {
    const jobs = later.writes.filter(({ path }) => path.includes('membership'));
    expect(jobs.map(({ body }) => Object.values(Object(body)).flat().length)).toEqual([8, 4]);
    expect(later.writes.filter(({ path }) => path.includes('users'))).toEqual([]);
  });
});

describe('when contacts move to another account', () => {
  it.each(cells)('the first account was $place, the address is of $person', ({ place, person }) => {
    expect(moved.users.get(address(place, person))).toEqual(standing(person, ...inTheEnd[place], 'Second'));
  });

  it('takes a job for the memberships and nothing else', () => {
    expect(moved.writes.map(({ path }) => path)).toEqual(['/api/v2/organization_memberships/create_many']);
  });
});

describe('when contacts leave their account, or go back to one', () => {
  it.each(cells)('the first account was $place, the address is of $person', ({ place, person }) => {
    const back = place === 'removed' ? ['Removed'] : [];
    expect(left.users.get(address(place, person))).toEqual(standing(person, ...inTheEnd[place], 'Second', ...back));
  });
});

describe('when the account is deleted in Salesforce, and its contacts with it', () => {
  it('organization and users stay as they are', () => {
    expect(removed.users).toEqual(left.users);
    expect(removed.writes).toEqual([]);
  });
});

describe('at no time', () => {
  it('is an organization sent in an update of a user, or a role, or anything by create-or-update', () => {
    for (const { writes, routes } of [first, quiet, later, moved, left, removed]) {
      expect(Object.keys(routes).filter((route) => route.includes('create_or_update'))).toEqual([]);
      for (const { method, path, body } of writes) {
        if (method === 'PUT' && path.includes('/users')) expect(JSON.stringify(body)).not.toContain('organization_id');
        expect(JSON.stringify(body)).not.toContain('"role"');
      }
    }
  });

  it('is anything written twice: a run after the first load writes nothing', () => {
    expect(quiet.writes).toEqual([]);
    expect(quiet.reported).toBe(0);
    expect(quiet.holds).toEqual(first.holds);
  });

  it('is a write left out of the report', () => {
    for (const { writes, reported } of [first, later, moved, left]) expect(reported).toBe(writes.length);
  });
});
