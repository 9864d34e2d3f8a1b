import { createHash } from 'node:crypto';
import { z } from 'zod';
import { FaultError } from '../../model/fault.ts';
import { consented, type Granting } from '../kit/authorize.ts';
import type { Send } from '../kit/call.ts';
import {
  type Login,
  parseJson,
  refreshToken,
  renewingLogin,
  type Ticket,
  type TokenAnswer,
  ticketOf,
  tokenAnswer,
} from '../kit/login.ts';
import type { ConnectOptions } from '../kit/system.ts';
import { dataCentres, type Hosts, hostsOfServer } from './address.ts';
import { organizationsAnswer } from './answers.ts';
import { tokenFault } from './faults.ts';

/** The ways to log in. Source: Zoho accounts, "OAuth 2.0", and Zoho Desk API document, topic "OAuth". */
const secret = z.string().min(1);

const place = {
  /** Where the portal lives; `us` unless the connection has an address of its own. */
  dataCentre: z.enum(dataCentres).optional(),
  /** The portal; left out, the only one that the token leads to. */
  orgId: z.string().regex(/^\d+$/, { message: 'orgId is the number of the portal, such as 3981311' }).optional(),
};

export const zohoDeskAuth = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('refresh-token'),
    clientId: secret,
    clientSecret: secret,
    refreshToken: secret,
    ...place,
  }),
  /** A client of the type "server-based": others have no secret, or give no refresh token. */
  z.strictObject({ type: z.literal('authorization-code'), clientId: secret, clientSecret: secret, ...place }),
]);
type ZohoDeskAuth = z.infer<typeof zohoDeskAuth>;

export const tokenPath = '/oauth/v2/token';
export const apiPath = '/api/v1';

/** Errors come as HTTP 200 with an `error`, also where the token was revoked. */
const refusedToken = z.looseObject({ error: z.string() });

/**
 * Access tokens live for an hour, a refresh token gives ten of them in ten minutes, and no more than ten live at a time. So the one that
 * we have is kept (encrypted) beside the connection: a restart, and every other process, goes on with it.
 */
const keptToken = z.object({ from: z.string(), token: z.string(), endsAt: z.number() });
const drawer = 'access-token';
/** A token with less left than this is not taken from the drawer: the kit renews one a minute before its end. */
const enoughMs = 120_000;

export function createLogin(auth: ZohoDeskAuth, hosts: Hosts, options: Asking, send: Send): Login {
  const { world } = options;
  const grant =
    auth.type === 'refresh-token'
      ? keptGrant(auth, hosts, options, send)
      : consented(grantingOf(auth, hosts, options, send));
  let portal: string | null = auth.orgId ?? null;

  async function obtain(): Promise<Ticket> {
    const answer = await grant();
    const { url, endsAt } = ticketOf({ expires_in: hourSeconds, ...answer }, world.now());
    const authorization = `Zoho-oauthtoken ${answer.access_token}`;
    portal ??= await onlyPortal(send, url ?? hosts.desk, authorization);
    return { headers: { authorization, orgId: portal }, url, endsAt };
  }

  return renewingLogin(world, obtain);
}

type Asking = Pick<ConnectOptions, 'name' | 'secrets' | 'world'>;
type Of<Type extends ZohoDeskAuth['type']> = Extract<ZohoDeskAuth, { type: Type }>;

export function grantingOf(auth: Of<'authorization-code'>, hosts: Hosts, options: Asking, send: Send): Granting {
  return {
    ask: async (fields, server) => {
      const answer = await askZoho(send, (server ?? hosts.accounts) + tokenPath, fields);
      // The centre of the user who consented decides where their portal is.
      return server === null ? answer : { ...answer, instance_url: hostsOfServer(server)?.desk ?? hosts.desk };
    },
    auth,
    label: 'Zoho',
    options,
    over: ({ code }) => code === 'invalid_code',
  };
}

function keptGrant(
  auth: Of<'refresh-token'>,
  hosts: Hosts,
  { secrets, world }: Asking,
  send: Send,
): () => Promise<TokenAnswer> {
  const grant = refreshToken((fields) => askZoho(send, hosts.accounts + tokenPath, fields), auth, secrets);
  const from = createHash('sha256').update(`${auth.clientId}\n${auth.refreshToken}`).digest('hex').slice(0, 16);
  let handedOut: string | null = null;
  return async () => {
    const kept = keptToken.safeParse(parseJson((await secrets.get(drawer)) ?? ''));
    // The one that we handed out before is asked for again because it was refused, or is over.
    const good =
      kept.success &&
      kept.data.from === from &&
      kept.data.token !== handedOut &&
      kept.data.endsAt - enoughMs > world.now();
    if (good) {
      handedOut = kept.data.token;
      return { access_token: kept.data.token, expires_in: (kept.data.endsAt - world.now()) / 1000 };
    }
    const answer = await grant();
    handedOut = answer.access_token;
    const endsAt = world.now() + (answer.expires_in ?? hourSeconds) * 1000;
    await secrets.put(drawer, JSON.stringify({ from, token: answer.access_token, endsAt }));
    return answer;
  };
}

const hourSeconds = 3600;

async function askZoho(
  send: Send,
  address: string,
  fields: Readonly<Record<string, string | undefined>>,
): Promise<TokenAnswer> {
  const form = Object.fromEntries(
    Object.entries(fields).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
  const answer = z.union([tokenAnswer, refusedToken]);
  const { body } = await send({ kind: 'login', method: 'POST', path: address, form, answer, what: 'logging in' });
  const given = tokenAnswer.safeParse(body);
  if (given.success) return given.data;
  throw new FaultError(tokenFault(refusedToken.safeParse(body).data?.error ?? 'unknown'));
}

/** The portal of a token; the question itself needs none. */
async function onlyPortal(send: Send, desk: string, authorization: string): Promise<string> {
  const { body } = await send({
    kind: 'login',
    method: 'GET',
    path: `${desk}${apiPath}/organizations`,
    headers: { authorization },
    answer: organizationsAnswer,
    what: 'asking for the portals of the token',
  });
  const [only, ...others] = body;
  if (only !== undefined && others.length === 0) return only.id;
  const known = body.map(({ id, companyName }) => `${id} (${companyName ?? 'no name'})`).join(', ');
  throw new FaultError({
    kind: 'login',
    say: `The token of Zoho Desk leads to ${known === '' ? 'no portal' : `several portals: ${known}`}. Put orgId under auth.`,
  });
}
