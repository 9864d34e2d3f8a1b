import { expect } from 'vitest';
import type { Json } from '../../src/twins/json.ts';
import type { Reply, ZendeskBench } from './bench.ts';
import { newTicket, type Situation, text } from './zendesk-refusals.ts';

/** Every way in which one item of a job fails, while the job completes. */
/** A job whose only item fails. */
const failedItem = (error: string): unknown =>
  expect.objectContaining({ results: [expect.objectContaining({ error, index: 0, details: text })] });

async function inJob(desk: ZendeskBench, method: string, path: string, body?: Json): Promise<Reply> {
  const started = await desk.call(method, path, body);
  const done = await desk.finish(started);
  return { ...started, body: done };
}

export const failedItems: Readonly<Record<string, Situation>> = {
  'an item: an organization to be made': {
    status: 200,
    body: failedItem('OrganizationCreateFailed'),
    provoke: (desk) => inJob(desk, 'POST', 'organizations/create_many', { organizations: [{ name: '' }] }),
  },
  'an item: an organization to be changed': {
    status: 200,
    body: failedItem('OrganizationUpdateFailed'),
    provoke: (desk) => inJob(desk, 'PUT', 'organizations/update_many?ids=1', { organization: { name: 'A' } }),
  },
  'an item: an organization to be deleted': {
    status: 200,
    body: failedItem('OrganizationDeleteFailed'),
    provoke: (desk) => inJob(desk, 'DELETE', 'organizations/destroy_many?ids=1'),
  },
  'an item: a user to be made': {
    status: 200,
    body: failedItem('UserCreateError'),
    provoke: (desk) => inJob(desk, 'POST', 'users/create_many', { users: [{ name: '' }] }),
  },
  'an item: a user to be changed': {
    status: 200,
    body: failedItem('UserUpdateError'),
    provoke: (desk) => inJob(desk, 'PUT', 'users/update_many?ids=1', { user: { name: 'A' } }),
  },
  'an item: a user to be deleted': {
    status: 200,
    body: failedItem('UserDeleteError'),
    provoke: (desk) => inJob(desk, 'DELETE', 'users/destroy_many?ids=1'),
  },
  'an item: a membership to be made': {
    status: 200,
    body: failedItem('OrganizationMembershipCreateFailed'),
    provoke: (desk) =>
      inJob(desk, 'POST', 'organization_memberships/create_many', { organization_memberships: [{ user_id: 1 }] }),
  },
  'an item: a membership to be deleted': {
    status: 200,
    body: failedItem('OrganizationMembershipDeleteFailed'),
    provoke: (desk) => inJob(desk, 'DELETE', 'organization_memberships/destroy_many?ids=1'),
  },
  'an item: somebody to join a group': {
    status: 200,
    body: failedItem('GroupMembershipCreateFailed'),
    provoke: (desk) => inJob(desk, 'POST', 'group_memberships/create_many', { group_memberships: [{ user_id: 1 }] }),
  },
  'an item: somebody to leave a group': {
    status: 200,
    body: failedItem('GroupMembershipDeleteFailed'),
    provoke: (desk) => inJob(desk, 'DELETE', 'group_memberships/destroy_many?ids=1'),
  },
  'an item: a ticket to be made': {
    status: 200,
    body: failedItem('TicketCreateFailed'),
    provoke: (desk) => inJob(desk, 'POST', 'tickets/create_many', { tickets: [{ subject: 'S' }] }),
  },
  'an item: a ticket to be changed': {
    status: 200,
    body: failedItem('TicketUpdateFailed'),
    provoke: (desk) => inJob(desk, 'PUT', 'tickets/update_many?ids=9', { ticket: { subject: 'S' } }),
  },
  'an item: a ticket to be deleted': {
    status: 200,
    body: failedItem('TicketDeleteFailed'),
    provoke: (desk) => inJob(desk, 'DELETE', 'tickets/destroy_many?ids=9'),
  },
  'an item: a ticket to be merged': {
    status: 200,
    body: failedItem('TicketMergeFailed'),
    provoke: async (desk) => inJob(desk, 'POST', `tickets/${await newTicket(desk)}/merge`, { ids: [9] }),
  },
  'an item: a record of a custom object': {
    status: 200,
    body: failedItem('CustomObjectRecordFailed'),
    async provoke(desk) {
      await desk.call('POST', 'custom_objects', { custom_object: { key: 'car', title: 'Car' } });
      return inJob(desk, 'POST', 'custom_objects/car/jobs', { job: { action: 'create', items: [{ name: '' }] } });
    },
  },
};
