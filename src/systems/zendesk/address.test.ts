import { expect, test } from 'vitest';
import { recordAt } from './address.ts';

test.each([
  ['https://acme.zendesk.com/agent/users/26155588965619', 'user', '26155588965619'],
  ['https://acme.zendesk.com/agent/users/123/requested_tickets?brand_id=5', 'user', '123'],
  ['https://acme.zendesk.com/agent/#/users/123', 'user', '123'],
  ['acme.zendesk.com/agent/organizations/123/tickets', 'organization', '123'],
  ['https://acme.zendesk.com/api/v2/users/123.json', 'user', '123'],
  ['https://acme.zendesk.com/agent/tickets/35436', 'ticket', '35436'],
  ['https://acme.zendesk.com/agent/#/tickets/35436', 'ticket', '35436'],
  ['https://acme.zendesk.com/tickets/35436', 'ticket', '35436'],
  ['https://acme.zendesk.com/hc/en-us/requests/35436', 'ticket', '35436'],
  ['https://help.acme.com/requests/35436?page=2#comment_1', 'ticket', '35436'],
  ['https://acme.zendesk.com/api/v2/tickets/35436/comments.json', 'ticket', '35436'],
  ['https://acme.zendesk.com/api/v2/organizations/123', 'organization', '123'],
  ['https://acme.zendesk.com/api/v2/users/123/organization_memberships/456.json', 'user', '123'],
])('%s is a record', (address, object, id) => {
  expect(recordAt(address)).toEqual({ object, id });
});

test.each([
  'https://acme.zendesk.com/agent/dashboard',
  'https://acme.zendesk.com/agent/macros/123',
  'https://acme.zendesk.com/agent/users/abc',
  'https://acme.zendesk.com/agent/users/123abc',
  'https://acme.zendesk.com/agent/search?go=/users/123',
  '',
])('"%s" is none that Syncline knows', (address) => {
  expect(recordAt(address)).toBeNull();
});
