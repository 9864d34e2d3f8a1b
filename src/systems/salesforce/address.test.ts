import { expect, test } from 'vitest';
import { recordAt } from './address.ts';

const contact = { object: 'Contact', id: '0034S000003RYACQA4' };

test.each([
  ['a Lightning page', 'https://acme.lightning.force.com/lightning/r/Contact/0034S000003RYACQA4/view'],
  [
    'a related list of it',
    'https://acme.lightning.force.com/lightning/r/Contact/0034S000003RYACQA4/related/Cases/view?ws=1',
  ],
  ['Lightning without the object', 'https://acme.lightning.force.com/lightning/r/0034S000003RYACQA4/view'],
  ['Lightning of one.app', 'https://acme.my.salesforce.com/one/one.app#/lightning/r/Contact/0034S000003RYACQA4/view'],
  [
    'a console tab',
    'https://acme.lightning.force.com/lightning/o/Case/list?ws=%2Flightning%2Fr%2FContact%2F0034S000003RYACQA4%2Fview',
  ],
  ['a Classic page', 'https://acme.my.salesforce.com/0034S000003RYAC'],
  ['its edit page', ' https://acme.my.salesforce.com/0034S000003RYAC/e?retURL=%2F0034S000003RYAC '],
  ['a path', '/0034S000003RYAC'],
  ['an id of 15 characters', '0034S000003RYAC'],
  ['an id of 18 characters', '0034S000003RYACQA4'],
])('%s names a contact', (_title, address) => {
  expect(recordAt(address)).toEqual(contact);
});

test('custom objects are named by Lightning alone: their prefixes differ from org to org', () => {
  expect(recordAt('https://acme.lightning.force.com/lightning/r/Machine__c/a014S000003RYAC/view')).toMatchObject({
    object: 'Machine__c',
  });
  expect(recordAt('a014S000003RYAC')).toMatchObject({ object: null });
});

test.each(['', 'Acme', 'https://acme.my.salesforce.com/', 'https://acme.my.salesforce.com/home', '0034S000003RYACAAA'])(
  '"%s" is no record',
  (address) => {
    expect(recordAt(address)).toBe(null);
  },
);
