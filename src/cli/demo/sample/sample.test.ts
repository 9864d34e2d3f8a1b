import { describe, expect, it } from 'vitest';
import { accounts, organizations, sameName, troubles } from './companies.ts';
import { contacts, knownAddresses, leads, users } from './people.ts';
import { newcomer, ticketsOf } from './tickets.ts';

function repeated(texts: readonly (string | null)[]): readonly string[] {
  const seen = new Set<string>();
  return texts
    .filter((text) => text !== null)
    .map(sameName)
    .filter((text) => seen.size === seen.add(text).size);
}

describe('the companies', () => {
  it('are partly known to the help desk, under another spelling', () => {
    const known = new Set(organizations.map(({ name }) => sameName(name)));
    const met = accounts.filter(({ Name }) => known.has(sameName(Name)));
    expect(met.length).toBeGreaterThan(5);
    expect(met.some(({ Name }) => !organizations.some(({ name }) => name === Name))).toBe(true);
  });

  it('have one name twice, so that exactly that one is held as ambiguous', () => {
    expect(repeated(accounts.map(({ Name }) => Name))).toEqual([sameName('Northwind Traders')]);
  });

  it('belong to companies that are there, some of which belong to others', () => {
    const byName = new Map(accounts.map((account) => [account.Name, account]));
    const parents = accounts.flatMap(({ parent }) => (parent === null ? [] : [byName.get(parent)]));
    expect(parents).not.toContain(undefined);
    expect(parents.some((parent) => parent?.parent)).toBe(true);
  });
});

describe('the people', () => {
  it('work for companies that are there, and not for those that wait for a person', () => {
    const names = new Set(accounts.filter((account) => !troubles.includes(account)).map(({ Name }) => Name));
    expect(contacts.filter(({ account }) => account !== null && !names.has(account))).toEqual([]);
  });

  it('have e-mail addresses of their own, but for one lead who is a contact as well', () => {
    expect(repeated(contacts.map(({ Email }) => Email))).toEqual([]);
    expect(repeated([...contacts, ...leads].map(({ Email }) => Email))).toEqual(['mariam@consulting.example']);
  });

  it('have only addresses that lead nowhere', () => {
    const addresses = [...contacts, ...leads].flatMap(({ Email }) => Email ?? []);
    const all = [...addresses, ...users.flatMap(({ email, further = [] }) => [email, ...further])];
    expect(all.filter((address) => !/^[\w.-]+@([a-z0-9-]+\.)?example(\.com)?$/i.test(address))).toEqual([]);
  });

  it('are partly users already, an agent among them', () => {
    const known = new Set(users.map(({ email }) => email));
    expect(contacts.filter(({ Email }) => known.has(Email ?? '')).length).toBeGreaterThan(10);
    expect(users.filter(({ role }) => role === 'agent')).toHaveLength(1);
  });
});

describe('the tickets', () => {
  const tickets = ticketsOf(knownAddresses);

  it('are of contacts, but for one that brings a person and a company that only the help desk knows', () => {
    const known = new Set(contacts.map(({ Email }) => Email));
    const strangers = tickets.filter(({ from }) => !known.has(from));
    expect(strangers.map(({ from }) => from)).toEqual([newcomer.user.email]);
    expect(accounts.filter(({ Name }) => sameName(Name) === sameName(newcomer.organization.name))).toEqual([]);
  });

  it('have a closed one, one that is spam, and one of a channel that the config does not name', () => {
    expect(tickets.filter(({ status }) => status === 'closed')).toHaveLength(1);
    expect(tickets.filter(({ isSpam }) => isSpam)).toHaveLength(1);
    expect(tickets.filter(({ channel }) => channel === 'chat')).toHaveLength(1);
  });
});
