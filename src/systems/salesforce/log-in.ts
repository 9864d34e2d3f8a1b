import { fixedLogin } from '../kit/login.ts';
import type { ConnectOptions } from '../kit/system.ts';
import { createWire } from '../kit/wire.ts';
import { type Consent, keepAuthorization, salesforceAuth, tokenEndpoint } from './auth.ts';
import { classify } from './faults.ts';
import { limits } from './wire.ts';

/** Ends the login that a person began in the browser: its code becomes a refresh token that is kept. Throws FaultError `login`. */
export async function logIn(options: ConnectOptions, consent: Consent, code: string): Promise<void> {
  const { world, name, url, secrets } = options;
  const auth = salesforceAuth.parse(options.auth);
  if (auth.type !== 'authorization-code') throw new Error(`${name} logs in by ${auth.type}, not in the browser`);
  const wire = createWire({ world, name, url, limits, classify, login: () => fixedLogin({}) });
  await keepAuthorization(tokenEndpoint(wire.request, url), auth, consent, code, secrets);
}
