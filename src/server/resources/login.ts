import { z } from 'zod';
import type { Consent, LoginAsk, LoginPage, LoginReport } from '../../app/login.ts';
import type { Resource } from '../resource.ts';
import { route } from '../route.ts';

const text = z.string().min(1);
/** RFC 7636 §4.1. */
const verifier = z
  .string()
  .regex(/^[\w.~-]{43,128}$/, 'a verifier has 43 to 128 letters, digits, "-", ".", "_" and "~"');

export const beginLoginRoute = route<Consent & { connection: string }, LoginPage>({
  method: 'POST',
  path: '/api/login-page',
  summary: 'The vendor’s page where a person logs a connection in',
  description:
    'Nothing is kept: who asks keeps `state`, which the browser brings back, and `verifier`, which goes with the code. `redirectUri` must be one that the vendor knows.',
  input: z.strictObject({ connection: text, redirectUri: z.url(), state: text, verifier }),
  output: z.object({ address: z.string(), label: z.string() }),
});

export const endLoginRoute = route<LoginAsk, LoginReport>({
  method: 'POST',
  path: '/api/login',
  summary: 'Log a connection in with what the browser brought back',
  description:
    '`back` is the query that the vendor sent the browser back with. Tokens are stored encrypted and never returned; where they lead to another account than before, nothing is kept.',
  input: z.strictObject({
    connection: text,
    redirectUri: z.url(),
    verifier,
    back: z.record(z.string(), z.string()),
  }),
  output: z.object({
    connection: z.string(),
    system: z.string(),
    account: z.string(),
    environment: z.enum(['production', 'sandbox']),
    user: z.string(),
  }),
});

export const login: Resource = (mount, app) => {
  mount(beginLoginRoute, (consent) => app.beginLogin(consent));
  mount(endLoginRoute, (ask) => app.endLogin(ask));
};
