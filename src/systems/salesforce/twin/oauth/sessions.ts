import { hash } from '../../../../twins/chance.ts';
import { createRollingWindow } from '../../../../twins/rate.ts';
import type { Org } from '../org.ts';

/** A session as its access token opens it. It dies when it is unused for too long, when it is revoked, or with its refresh token. */
export interface Session {
  readonly token: string;
  readonly user: string;
  readonly clientId: string;
  readonly scope: string;
  readonly issuedAt: number;
  /** Where it was opened from. */
  readonly address: string;
  usedAt: number;
  readonly refreshToken: string | null;
}

export interface Grant {
  readonly refreshToken: string;
  readonly user: string;
  readonly clientId: string;
  readonly scope: string;
}

/** What an approved authorisation waits with until the client fetches its tokens. */
export interface Code {
  readonly user: string;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scope: string;
  readonly challenge: string | null;
  readonly expiresAt: number;
}

export interface Sessions {
  open(user: string, clientId: string, scope: string, refreshToken: string | null): Session;
  /** The living session of a token; using it keeps it alive. */
  use(token: string): Session | null;
  /** The same without using it. */
  look(token: string): Session | null;
  grant(user: string, clientId: string, scope: string): Grant;
  granted(refreshToken: string): Grant | null;
  /** False where the token is unknown. */
  revoke(token: string): boolean;
  putCode(code: Code): string;
  /** A code works once. */
  takeCode(code: string): Code | null;
  /** False above the hourly limit of logins of one user. */
  countLogin(user: string): boolean;
  /** Ends every session, or every approval with its sessions, as an administrator can. */
  end(which: 'sessions' | 'grants'): void;
  reset(): void;
}

/** One user may approve one app five times; a sixth approval ends the oldest. */
const grantsPerApp = 5;

export function createSessions(org: Org): Sessions {
  const chance = org.chance.fork('sessions');
  const { now } = org.clock;
  const sessions = new Map<string, Session>();
  const grants = new Map<string, Grant>();
  const codes = new Map<string, Code>();
  const logins = createRollingWindow(now, 3_600_000);
  const look = (token: string): Session | null => {
    const session = sessions.get(token);
    if (session === undefined) return null;
    const { lockSessionsToAddress, clientAddress } = org.settings.now;
    if (lockSessionsToAddress && session.address !== clientAddress) return null;
    if (now() - session.usedAt < org.settings.now.sessionMs) return session;
    sessions.delete(token);
    return null;
  };
  const endOf = (refreshToken: string): void => {
    for (const session of sessions.values()) if (session.refreshToken === refreshToken) sessions.delete(session.token);
  };
  return {
    open(user, clientId, scope, refreshToken) {
      const token = `${org.people.organization.slice(0, 15)}!AQ${hash(clientId).toString(36)}.${chance.text(80)}`;
      const address = org.settings.now.clientAddress;
      const session = { token, user, clientId, scope, issuedAt: now(), usedAt: now(), refreshToken, address };
      sessions.set(token, session);
      return session;
    },
    use(token) {
      const session = look(token);
      if (session !== null) session.usedAt = now();
      return session;
    },
    look,
    grant(user, clientId, scope) {
      const own = [...grants.values()].filter((grant) => grant.user === user && grant.clientId === clientId);
      const [oldest] = own;
      if (own.length >= grantsPerApp && oldest !== undefined) {
        grants.delete(oldest.refreshToken);
        endOf(oldest.refreshToken);
      }
      const grant = { refreshToken: `5Aep861${chance.text(80)}`, user, clientId, scope };
      grants.set(grant.refreshToken, grant);
      return grant;
    },
    granted: (refreshToken) => grants.get(refreshToken) ?? null,
    revoke(token) {
      if (grants.delete(token)) {
        endOf(token);
        return true;
      }
      const session = sessions.get(token);
      if (session === undefined) return false;
      sessions.delete(token);
      if (session.refreshToken !== null) {
        grants.delete(session.refreshToken);
        endOf(session.refreshToken);
      }
      return true;
    },
    putCode(code) {
      const name = `aPrx${chance.text(60)}`;
      codes.set(name, code);
      return name;
    },
    takeCode(name) {
      const code = codes.get(name);
      codes.delete(name);
      return code === undefined || code.expiresAt < now() ? null : code;
    },
    countLogin(user) {
      const { limits } = org.settings.now;
      if (!limits.off && logins.used(user) >= limits.loginsPerHour) return false;
      logins.add(user);
      return true;
    },
    end(which) {
      sessions.clear();
      if (which === 'grants') grants.clear();
    },
    reset() {
      sessions.clear();
      grants.clear();
      codes.clear();
      logins.clear();
    },
  };
}
