import type { JsonObject } from '../../../twins/json.ts';
import type { Office } from './office.ts';
import type { Stored } from './shelf.ts';

const year = 365 * 86_400;

/** Users that are there from the start: whom the credentials lead to, and whose hand edits by the control surface. */
export const personId = '2';

type Codes = Readonly<Record<string, JsonObject>>;

function labels(...codes: readonly string[]): Codes {
  const named = codes.map((code, index): [string, JsonObject] => {
    const label = code.replaceAll('_', ' ').replace(/^./, (letter) => letter.toUpperCase());
    return [code, { label, order: index + 1 }];
  });
  return Object.fromEntries(named);
}

function options(first: string, ...others: readonly string[]): Codes {
  const named = [first, ...others].map((code, index): [string, JsonObject] => {
    const name = code.replaceAll('_', ' ').replace(/(^| )./g, (letter) => letter.toUpperCase());
    return [code, { name, priority: index + 1, default: index === 0 }];
  });
  return Object.fromEntries(named);
}

/** What every installation starts with. Source: OroCRM, its own data fixtures, as far as the API resources name them. */
const codes: Readonly<Record<string, Codes>> = {
  casestatuses: labels('open', 'in_progress', 'resolved', 'closed'),
  casepriorities: labels('low', 'normal', 'high'),
  casesources: labels('email', 'phone', 'web', 'other'),
  contactsources: labels('call', 'tv', 'website', 'other'),
  contactmethods: labels('fax', 'email', 'phone', 'messenger', 'social', 'mail'),
  opportunityclosereasons: labels('won', 'outsold', 'cancelled'),
  addresstypes: labels('billing', 'shipping'),
  leadstatuses: options('new', 'qualified', 'canceled'),
  leadsources: options('demand_generation', 'phone', 'website', 'other'),
  opportunitystatuses: {
    ...options(
      'in_progress',
      'identification_alignment',
      'needs_analysis',
      'solution_development',
      'negotiation',
      'won',
      'lost',
    ),
    in_progress: { name: 'Open', priority: 1, default: true },
  },
  countries: {
    DE: { name: 'Germany', iso3Code: 'DEU' },
    FR: { name: 'France', iso3Code: 'FRA' },
    GB: { name: 'United Kingdom', iso3Code: 'GBR' },
    US: { name: 'United States', iso3Code: 'USA' },
  },
  webhookformats: { default: { label: 'Default (JSON:API)' }, thin: { label: 'Thin' } },
};

/** Fills a new installation: an organization, its people, and the dictionaries. All of it a year old. */
export function furnish(office: Office): void {
  const at = office.now - year;
  const put = (type: string, id: string, values: JsonObject, refs: Readonly<Record<string, Stored>> = {}): void => {
    const shelf = office.shelf(type);
    shelf.put({ id, created: at, updated: at, values, refs, hidden: false });
    shelf.lastId = Math.max(shelf.lastId, Number(id) || 0);
  };
  for (const [type, entries] of Object.entries(codes)) {
    for (const [id, values] of Object.entries(entries)) put(type, id, values);
  }
  for (const [id, name] of Object.entries({ 'US-CA': 'California', 'US-NY': 'New York', 'DE-BE': 'Berlin' })) {
    const [country = '', code = ''] = id.split('-');
    put('regions', id, { code, name }, { country });
  }
  put('organizations', '1', { name: 'Twin Inc.', enabled: true });
  put('businessunits', '1', { name: 'Main' }, { organization: '1' });
  put('userroles', '1', { label: 'Administrator', role: 'ROLE_ADMINISTRATOR' });
  put('channels', '1', { name: 'Sales channel', channelType: 'b2b' });
  put('contactgroups', '1', { label: 'Sales Group' }, { owner: '1', organization: '1' });
  const refs = { owner: '1', organization: '1', organizations: ['1'], businessUnits: ['1'], userRoles: ['1'] };
  const person = (id: string, username: string, firstName: string, lastName: string): void =>
    put('users', id, { username, email: `${username}@twin.example`, firstName, lastName, enabled: true }, refs);
  person('1', 'admin', 'Olive', 'Owner');
  person(personId, 'person', 'Petra', 'Person');
}
