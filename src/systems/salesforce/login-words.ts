/**
 * What an error of Salesforce's token endpoint means, and what to do about it (Help, "OAuth Authorization Errors"): the same few codes stand
 * for many things, which only the description tells apart.
 */
const words: readonly { readonly said: RegExp; readonly mean: string }[] = [
  {
    said: /hasn't approved this consumer|user not approved/i,
    mean: 'The user has not approved the app: let the app admit users whom an administrator has approved, and give it the profile or permission set of this user',
  },
  {
    said: /audience is invalid/i,
    mean: 'The audience belongs to another login host: production is https://login.salesforce.com, a sandbox https://test.salesforce.com. Check "environment" and "audience"',
  },
  {
    said: /client identifier invalid|invalid_client_id/i,
    mean: 'The client id is not known here: it is the app’s consumer key, and a new app takes about ten minutes',
  },
  { said: /invalid client credentials/i, mean: 'The client secret is not the app’s' },
  {
    said: /expired authorization code/i,
    mean: 'The code, or the signed assertion, has run out: try again, and check that the clock of this machine is right',
  },
  {
    said: /invalid assertion/i,
    mean: 'The assertion is not accepted: the private key must be the one of the certificate that the app has',
  },
  {
    said: /expired access\/refresh token|invalid refresh token/i,
    mean: 'The permission was revoked or has run out: log in again (syncline login), or put a new refresh token into the config',
  },
  { said: /ip restricted/i, mean: 'The address of this machine is outside the login IP ranges of the user’s profile' },
  {
    said: /no client credentials user/i,
    mean: 'The app has no run-as user: choose one in its settings for the client credentials flow',
  },
  {
    said: /not supported on this domain/i,
    mean: 'Client credentials work only at the account’s own address: set "url" to https://NAME.my.salesforce.com',
  },
  { said: /redirect_uri/i, mean: 'The address to come back to is not one of the app’s callback URLs' },
  { said: /code verifier/i, mean: 'The login was begun elsewhere: begin it again' },
  { said: /inactive_user|inactive user/i, mean: 'The user is not active' },
  { said: /inactive_org|inactive organization/i, mean: 'The org is not active' },
  { said: /rate_limit_exceeded/i, mean: 'Too many logins within an hour' },
  { said: /authentication failure/i, mean: 'The user may not log in this way, or does not exist at this host' },
];

/** Plain words first, then Salesforce's own. */
export function tokenWords(code: string, description: string): string {
  const own = description === '' ? code : description;
  const known = words.find(({ said }) => said.test(`${code} ${description}`));
  return known === undefined ? own : `${known.mean} (${own})`;
}
