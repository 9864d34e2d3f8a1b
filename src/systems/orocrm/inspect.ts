import { attempt } from '../kit/attempt.ts';
import type { Finding } from '../kit/system.ts';
import { hasKey } from './describe.ts';
import { keyField, type Resource, resourceOf, resources } from './resource.ts';
import type { Session } from './session.ts';

/** The live checks of a set-up, each with a fix. */

/** A clock that differs by more makes the feed's overlap, and the window of a trace, too short. */
const clockToleranceMs = 30_000;

export async function inspect(
  session: Session,
  objects: readonly string[],
  created: readonly string[],
  version: string | undefined,
): Promise<readonly Finding[]> {
  const who = await attempt(session.who);
  if (!who.ok) {
    const fix =
      'Check the address (with the path of the back office, if it has one), and that the OAuth application is active, of the type client credentials, and belongs to a user and an organization.';
    return [wrong('login', who.fault.say, fix)];
  }
  const findings = [fine('login', `We act as ${who.value.userName} (${who.value.user}) at ${who.value.account}.`)];
  const wanted = [...new Set([...objects, ...created])];
  const keyed = new Map<string, boolean>();
  for (const object of wanted) {
    const resource = resourceOf(object);
    if (resource === undefined) {
      const known = resources.map((one) => one.object).join(', ');
      findings.push(
        wrong(`object:${object}`, `Syncline does not know the object "${object}" of OroCRM.`, `Use one of ${known}.`),
      );
      continue;
    }
    const [readable, clock] = await readingOf(session, resource);
    findings.push(readable);
    if (clock !== null && !findings.some(({ check }) => check === 'clock')) findings.push(clock);
    if (!readable.ok) continue;
    const key = await attempt(() => hasKey(session, resource));
    keyed.set(object, key.ok && key.value);
    if (created.includes(object)) findings.push(keysFinding(resource, key.ok && key.value));
  }
  return [...findings, ...versionOf(keyed, version)];
}

async function readingOf(session: Session, { object }: Resource): Promise<readonly [Finding, Finding | null]> {
  const query = { 'page[size]': '1', [`fields[${object}]`]: 'id' };
  const read = await attempt(() => session.wire.list(object, query, `looking whether ${object} can be read`));
  const check = `read:${object}`;
  if (!read.ok) {
    const fix = `Give the role of our user the right to view ${object} (System > User Management > Roles), for the whole organization.`;
    return [wrong(check, read.fault.say, fix), null];
  }
  const offMs = read.value.asOf - session.world.now();
  const seconds = Math.round(Math.abs(offMs) / 1000);
  const found = `The clock of OroCRM differs from ours by ${seconds} s.`;
  const fix = 'Set both clocks by a time server: changes and lost answers are looked for by time.';
  const clock = Math.abs(offMs) > clockToleranceMs ? wrong('clock', found, fix) : fine('clock', found);
  return [fine(check, `${object} can be read.`), clock];
}

/** The API does not tell its version; what it has, does. */
function versionOf(keyed: ReadonlyMap<string, boolean>, told: string | undefined): readonly Finding[] {
  const check = 'version';
  const asked = resources.filter((resource) => resource.keyed && keyed.has(resource.object));
  if (asked.length === 0) return [];
  const has = asked.some(({ object }) => keyed.get(object) === true);
  if (has) return [fine(check, `7.0 or later: ${keyField} is there, and batches are written while we wait.`)];
  if (told === undefined) {
    const found = `Before 7.0: ${keyField} is not there. Which version it is the API does not tell, so records are created one by one.`;
    return [
      wrong(
        check,
        found,
        'Give "version" beside the credentials (it stands at the foot of the back office): from 6.0 on, records are created in batches.',
      ),
    ];
  }
  const claims = Number.parseInt(told, 10) >= 7;
  return [
    claims
      ? wrong(
          check,
          `The connection says ${told}, but ${keyField} is not there.`,
          'Correct "version", or let our user see that field.',
        )
      : fine(check, `${told}, as the connection says; ${keyField} is not there.`),
  ];
}

/** Whether a create of this object can be made safe by a key. Keys cannot be made over the API. */
export async function keysOf(session: Session, object: string): Promise<Finding> {
  const resource = resourceOf(object);
  if (resource === undefined)
    return wrong(`keys:${object}`, `Syncline does not know the object "${object}" of OroCRM.`, '');
  const key = await attempt(() => hasKey(session, resource));
  return key.ok ? keysFinding(resource, key.value) : wrong(`keys:${object}`, key.fault.say, 'Try again later.');
}

function keysFinding({ object }: Resource, there: boolean): Finding {
  const check = `keys:${object}`;
  if (there) return fine(check, `Nothing to install: ${object} have ${keyField}, which is unique.`);
  return wrong(
    check,
    `${object} have no ${keyField}, so a create whose answer is lost has to be traced by its content.`,
    `Upgrade to 7.0; or add a text field to the entity (System > Entities > Entity Management) and name it in the sync: mark: { crm: FIELD }.`,
  );
}

function fine(check: string, found: string): Finding {
  return { check, ok: true, found, fix: '' };
}

function wrong(check: string, found: string, fix: string): Finding {
  return { check, ok: false, found, fix };
}
