import { z } from 'zod';

const secret = z.string().min(1);

/**
 * The ways to log in. Client credentials act as the app's run-as user and need the account's own host (`https://NAME.my.salesforce.com`);
 * a refresh token comes from the web-server flow and acts as the person who consented.
 */
export const salesforceAuth = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('client-credentials'),
    clientId: secret,
    clientSecret: secret,
    scope: secret.optional(),
  }),
  z.strictObject({
    type: z.literal('refresh-token'),
    clientId: secret,
    clientSecret: secret.optional(),
    refreshToken: secret,
  }),
]);
export type SalesforceAuth = z.infer<typeof salesforceAuth>;
