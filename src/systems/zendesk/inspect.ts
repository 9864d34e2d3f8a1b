import { attempt } from '../kit/attempt.ts';
import type { Budget } from '../kit/pace.ts';
import type { Finding } from '../kit/system.ts';
import { collectionOf, collections } from './collection.ts';
import { customTypes } from './objects.ts';
import type { Session } from './session.ts';

/** The live checks of a set-up, each with a fix. */

export async function inspect(
  session: Session,
  objects: readonly string[],
  about: { readonly warnings: readonly string[]; readonly budget: () => Budget },
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const me = await attempt(() => session.wire.me());
  const anonymous = me.ok && me.value.id === null;
  findings.push(
    me.ok && !anonymous
      ? fine('login', `Logged in as ${me.value.name} (${me.value.id ?? ''}).`)
      : wrong(
          'login',
          me.ok ? 'Zendesk answers, but takes us for an anonymous visitor.' : me.fault.say,
          'Check the credentials, the scopes "read write", and that the address is that of the account.',
        ),
  );
  for (const warning of about.warnings)
    findings.push(wrong('way to log in', warning, 'Change to an OAuth client before that date.'));
  if (!me.ok || anonymous) return findings;
  const role = me.value.role ?? 'unknown';
  findings.push(
    role === 'admin'
      ? fine('role', 'The user is an admin, which the change feed needs.')
      : wrong(
          'role',
          `The user's role is ${role}.`,
          'Make the user an admin: incremental exports are closed to others.',
        ),
  );
  for (const object of new Set(objects)) findings.push(await fieldsReadable(session, object));
  await session.closed.recall();
  for (const call of session.closed.all()) {
    findings.push(
      wrong(
        'bulk calls',
        `Zendesk keeps the bulk call for "${call}" closed for this account: it costs a call for each record.`,
        'Have the owner of the account ask Zendesk support to enable bulk imports.',
      ),
    );
  }
  const { used, left } = about.budget();
  findings.push(fine('requests per minute', `${used} used, ${left ?? 'an unknown number'} left.`));
  return findings;
}

const known = collections.map(({ object }) => object).join(' or ');

async function fieldsReadable(session: Session, object: string): Promise<Finding> {
  const collection = collectionOf(object);
  const check = `custom fields of ${object}`;
  if (collection === undefined) {
    return wrong(check, `Syncline does not know the object "${object}" of Zendesk.`, `Use ${known}.`);
  }
  const rows = await attempt(() => session.catalog.read(collection));
  return rows.ok
    ? fine(check, `${customTypes(collection, rows.value).size} custom fields can be read.`)
    : wrong(
        check,
        rows.fault.say,
        `Give the user the right to read ${collection.definitions}, and the token the scope "read".`,
      );
}

/** There is nothing to create: a new record carries its key in `external_id`, which every account has. */
export function install(objects: readonly string[]): readonly Finding[] {
  return objects.map((object) =>
    fine(
      `key field of ${object}`,
      'Nothing to install: new records carry their key in external_id, which every account has.',
    ),
  );
}

function fine(check: string, found: string): Finding {
  return { check, ok: true, found, fix: '' };
}

function wrong(check: string, found: string, fix: string): Finding {
  return { check, ok: false, found, fix };
}
