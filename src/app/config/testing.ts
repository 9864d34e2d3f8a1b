import { z } from 'zod';
import { account, organization } from '../../mapping/testing.ts';
import type { ObjectType } from '../../model/object-type.ts';
import type { Side } from '../../model/record.ts';
import type { System } from '../../systems/kit/system.ts';

/** A system that only declares: what `check` needs, and nothing to connect to. */
function system(name: string, label: string, side: Side, standard: readonly ObjectType[], host: string | null): System {
  return {
    name,
    label,
    side,
    auth: z.discriminatedUnion('type', [
      z.strictObject({
        type: z.literal('client-credentials'),
        clientId: z.string().min(1),
        clientSecret: z.string().min(1),
      }),
      z.strictObject({ type: z.literal('api-token'), email: z.email(), token: z.string().min(1) }),
    ]),
    hosts: { production: host, sandbox: host },
    standard,
    recordAt: () => null,
    warnings: () => [],
    connect: () => {
      throw new Error('A declared system is not connected to.');
    },
    authorize: () => null,
  };
}

export const crmType: ObjectType = account;
export const deskType: ObjectType = organization;
export const systems: readonly System[] = [
  system('salesforce', 'Salesforce', 'crm', [crmType], 'https://login.example.com'),
  system('zendesk', 'Zendesk', 'desk', [deskType], null),
];

export const sound = `version: 1
connections:
  sales:
    system: salesforce
    auth: { type: client-credentials, clientId: "\${SF_ID}", clientSecret: "\${SF_SECRET}" }
    timeZone: Europe/Paris
  support:
    system: zendesk
    url: https://acme.example.com
    auth: { type: api-token, email: agent@acme.example, token: "\${ZD_TOKEN}" }
syncs:
  accounts:
    preset: salesforce-zendesk/accounts
    crm: { connection: sales }
    desk: { connection: support }
`;

export const environment = { SF_ID: 'id-1', SF_SECRET: 'hush-hush: "quoted"', ZD_TOKEN: 'also-secret' };
