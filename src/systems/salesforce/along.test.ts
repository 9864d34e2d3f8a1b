import { expect, test } from 'vitest';
import { objectTypeOf } from './objects.ts';

const below = (childSObject: string | null, more: Readonly<Record<string, unknown>> = {}) => {
  return { childSObject, field: 'AccountId', cascadeDelete: true, deprecatedAndHidden: false, ...more };
};

test('a description tells which records of people go along with one that is removed; bookkeeping does not count', () => {
  const type = objectTypeOf({
    name: 'Account',
    label: 'Account',
    fields: [],
    childRelationships: [
      below('Contact'),
      below('Case', { cascadeDelete: false }),
      below('Visit__c', { field: 'Account__c' }),
      below('Visit__Share', { field: 'Account__c' }),
      below('AccountHistory'),
      below('Old__c', { deprecatedAndHidden: true }),
      below(null, { field: null }),
      below('Note', { field: 'ParentId' }),
    ],
  });
  expect(type.takesAlong).toEqual([
    { object: 'Contact', field: 'AccountId', title: 'Name' },
    { object: 'Visit__c', field: 'Account__c', title: 'Name' },
    { object: 'Note', field: 'ParentId', title: 'Title' },
  ]);
  expect(objectTypeOf({ name: 'Lead', label: 'Lead', fields: [] }).takesAlong).toBeUndefined();
});
