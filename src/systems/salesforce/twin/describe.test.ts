import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isJsonObject, type Json, type JsonObject, parseJson } from '../../../twins/json.ts';
import { openOrg } from './testing.ts';

/**
 * A folder with describes of a real org, one `Object.json` each, may be named to compare the twin with them; `Account.person-accounts.json`
 * is of an org that has these. Fields that such an org or its packages added are left out.
 */
const folder = process.env.SALESFORCE_DESCRIBES;
const recorded =
  folder === undefined ? [] : readdirSync(folder).filter((name) => /^[A-Z]\w+(\.person-accounts)?\.json$/.test(name));

const list = (value: Json | undefined): JsonObject[] => (Array.isArray(value) ? value.filter(isJsonObject) : []);
const describeOf = async (object: string, personAccounts = false): Promise<JsonObject> => {
  const { body } = await (await openOrg({ commitDelayMs: 0, personAccounts })).rest(
    'GET',
    `/sobjects/${object}/describe`,
  );
  return isJsonObject(body) ? body : {};
};
const field = (describe: JsonObject, name: string): JsonObject =>
  list(describe.fields).find((one) => one.name === name) ?? {};

/** Fields that an org has by the features that it bought. */
const byFeature = new Set([
  ...['IsPartner', 'IsCustomerPortal', 'ChannelProgramName', 'ChannelProgramLevelName', 'OperatingHoursId'],
]);

describe('describe', () => {
  it.each(recorded)('has the fields of the recorded %s, with every flag', async (file) => {
    const real = parseJson(readFileSync(join(folder ?? '', file), 'utf8'));
    const [name = '', persons] = file.replace('.json', '').split('.');
    if (!isJsonObject(real)) throw new Error(`${file} holds no object`);
    const twin = await describeOf(name, persons !== undefined);
    const standard = list(real.fields).filter((one) => one.custom !== true && !String(one.name).endsWith('__c'));
    const isOptional = ({ name: one }: JsonObject): boolean => persons !== undefined && byFeature.has(String(one));
    const own = list(twin.fields).filter((one) => !isOptional(one));
    expect(own.map((one) => one.name)).toEqual(standard.map((one) => one.name));
    if (persons !== undefined) {
      // An org in use: its labels and options are its own.
      for (const one of standard.filter((one) => String(one.name).startsWith('Person')))
        for (const key of ['type', 'length', 'createable', 'updateable', 'nillable', 'compoundFieldName', 'soapType'])
          expect(field(twin, String(one.name))[key], `${String(one.name)}.${key}`).toEqual(one[key]);
      return;
    }
    // Which objects and time zones there are to choose from is each org's own.
    const open = new Set(name === 'Event' ? ['WhatId.referenceTo', 'RecurrenceTimeZoneSidKey.picklistValues'] : []);
    for (const one of standard) {
      for (const [key, value] of Object.entries(one)) {
        if (!open.has(`${String(one.name)}.${key}`))
          expect(field(twin, String(one.name))[key], `${name}.${String(one.name)}.${key}`).toEqual(value);
      }
    }
    for (const key of [
      'keyPrefix',
      'label',
      'labelPlural',
      'mergeable',
      'undeletable',
      'deepCloneable',
      'feedEnabled',
      'supportedScopes',
    ]) {
      expect(twin[key], key).toEqual(real[key]);
    }
  });

  it('tells what an account field is like', async () => {
    const account = await describeOf('Account');
    expect(list(account.fields)).toHaveLength(64);
    expect(field(account, 'Name')).toMatchObject({
      type: 'string',
      length: 255,
      byteLength: 765,
      nillable: false,
      nameField: true,
      createable: true,
    });
    expect(field(account, 'AnnualRevenue')).toMatchObject({
      type: 'currency',
      precision: 18,
      scale: 0,
      soapType: 'xsd:double',
      groupable: false,
    });
    expect(field(account, 'Description')).toMatchObject({
      type: 'textarea',
      length: 32_000,
      filterable: false,
      sortable: false,
    });
    expect(field(account, 'ParentId')).toMatchObject({
      type: 'reference',
      referenceTo: ['Account'],
      relationshipName: 'Parent',
      soapType: 'tns:ID',
    });
    expect(list(field(account, 'Rating').picklistValues).map(({ value }) => value)).toEqual(['Hot', 'Warm', 'Cold']);
    expect(account.recordTypeInfos).toMatchObject([{ master: true, recordTypeId: '012000000000000AAA' }]);
    expect(
      list(account.childRelationships).find((one) => one.childSObject === 'Contact' && one.field === 'AccountId'),
    ).toMatchObject({ relationshipName: 'Contacts', cascadeDelete: true });
  });

  it('lists the objects of the data API, not those of the Tooling API', async () => {
    const { body } = await (await openOrg()).rest('GET', '/sobjects');
    const names = isJsonObject(body) ? list(body.sobjects).map(({ name }) => name) : [];
    expect(names).toEqual(
      expect.arrayContaining([
        'Account',
        'Contact',
        'Lead',
        'Case',
        'Opportunity',
        'Event',
        'Task',
        'User',
        'CaseComment',
        'RecordType',
      ]),
    );
    expect(names).not.toContain('CustomField');
  });

  it('answers 304 while nothing has changed', async () => {
    const org = await openOrg();
    const first = await org.rest('GET', '/sobjects/Account/describe');
    const since = { 'if-modified-since': first.headers.get('last-modified') ?? '' };
    expect((await org.rest('GET', '/sobjects/Account/describe', undefined, since)).status).toBe(304);
    org.advance(5_000);
    await org.control('PUT', 'schema', {
      Account: { fields: [{ name: 'Tier__c', type: 'picklist', length: 40, picklistValues: ['Gold'] }] },
    });
    const changed = await org.rest('GET', '/sobjects/account/describe', undefined, since);
    expect(changed.status).toBe(200);
    expect(changed.text).toContain('"Tier__c"');
  });

  it('has the record types that were seeded', async () => {
    const org = await openOrg();
    const [id] = await org.seed('RecordType', {
      SobjectType: 'Case',
      Name: 'Zendesk Ticket',
      DeveloperName: 'Zendesk_Ticket',
      IsActive: true,
    });
    const { body } = await org.rest('GET', '/sobjects/Case/describe');
    expect(isJsonObject(body) ? body.recordTypeInfos : null).toMatchObject([
      { recordTypeId: id, developerName: 'Zendesk_Ticket' },
      { master: true },
    ]);
  });
});
