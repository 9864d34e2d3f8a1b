import { z } from 'zod';
import { identitiesAnswer, type JobRow, membershipAnswer } from './answers.ts';
import { type Ask, bulkCall } from './bulk-call.ts';
import { idNumber } from './values.ts';

/**
 * The addresses of what belongs to a user and is no field of it: memberships in organizations, further e-mail addresses and numbers.
 * Source: Zendesk API reference, topics "Organization Memberships" and "User Identities".
 */
export interface PeopleWire {
  /** Starts a job that makes the users members, the organization their default one; at most 100. `closed`: no access to bulk calls. */
  joinMany(members: readonly Member[], until: number): Promise<JobRow | 'closed'>;
  /** Answers whether the organization is the user's default one now. A user who is a member already is refused as a double. */
  join(member: Member, until: number): Promise<boolean>;
  /** Makes an organization that the user belongs to the default one; `gone` where there is no such membership. */
  makeDefault(member: Member, until: number): Promise<void>;
  /** A further phone number; it has to be free. */
  addPhone(user: string, phone: string, until: number): Promise<void>;
  /** E-mail addresses and phone numbers of a user, the ones shown first. */
  identities(user: string): Promise<readonly { readonly type: string; readonly value: string }[]>;
}

export interface Member {
  readonly user: string;
  readonly organization: string;
}

export function createPeopleWire(ask: Ask): PeopleWire {
  const write = { kind: 'write' } as const;
  const membership = ({ user, organization }: Member) => ({
    user_id: idNumber(user),
    organization_id: idNumber(organization),
    default: true,
  });

  return {
    joinMany(members, until) {
      const path = '/organization_memberships/create_many';
      const body = { organization_memberships: members.map(membership) };
      const what = `making ${members.length} users members of organizations`;
      return bulkCall(ask, { method: 'POST', path, body, until, what });
    },
    async join(member, until) {
      const answer = await ask({
        ...write,
        method: 'POST',
        path: '/organization_memberships',
        body: { organization_membership: membership(member) },
        until,
        answer: membershipAnswer,
        what: `making user ${member.user} a member of organization ${member.organization}`,
      });
      return answer.organization_membership.default === true;
    },
    async makeDefault({ user, organization }, until) {
      await ask({
        ...write,
        method: 'PUT',
        path: `/users/${user}/organizations/${organization}/make_default`,
        body: {},
        until,
        answer: z.unknown(),
        what: `making organization ${organization} the default one of user ${user}`,
      });
    },
    async addPhone(user, phone, until) {
      await ask({
        ...write,
        method: 'POST',
        path: `/users/${user}/identities`,
        body: { identity: { type: 'phone_number', value: phone } },
        until,
        answer: z.unknown(),
        what: `adding a phone number to user ${user}`,
      });
    },
    async identities(user) {
      const path = `/users/${user}/identities`;
      const what = `reading the addresses of user ${user}`;
      return (await ask({ kind: 'read', method: 'GET', path, answer: identitiesAnswer, what })).identities;
    },
  };
}
