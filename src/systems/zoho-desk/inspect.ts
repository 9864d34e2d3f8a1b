import { type Attempt, attempt } from '../kit/attempt.ts';
import type { Budget } from '../kit/pace.ts';
import type { Finding } from '../kit/system.ts';
import { type Module, modules } from './modules.ts';
import { customLength, markField, markLabel } from './objects.ts';
import type { Session } from './session.ts';

/** The live checks of a set-up, each with a fix; and the key field that `install` creates. */

export async function inspect(
  session: Session,
  objects: readonly string[],
  created: readonly string[],
  budget: () => Budget,
): Promise<readonly Finding[]> {
  const me = await attempt(() => session.wire.me());
  if (!me.ok) {
    const fix = 'Check clientId, clientSecret, refreshToken, dataCentre and orgId under auth.';
    return [{ check: 'login', ok: false, found: me.fault.say, fix }];
  }
  const findings: Finding[] = [fine('login', `Logged in as ${me.value.emailId ?? me.value.id}.`)];
  const { known, strange } = sorted([...objects, ...created]);
  findings.push(...strange);
  for (const module of known) {
    findings.push(...(await accessTo(session, module)));
    if (created.includes(module.object)) findings.push(await keyOf(session, module));
  }
  const { left } = budget();
  findings.push(
    left === 0
      ? wrong('credits', 'The credits of the day are spent.', 'Poll less often, or see what else uses the API.')
      : fine('credits', `${left ?? 'An unknown number of'} credits of the day are left.`),
  );
  return findings;
}

/** The modules of these objects, and a finding for each that is none. */
function sorted(objects: readonly string[]): {
  readonly known: readonly Module[];
  readonly strange: readonly Finding[];
} {
  const known = modules.filter(({ object }) => objects.includes(object));
  const others = [...new Set(objects)].filter((object) => !known.some((module) => module.object === object));
  const use = `Use ${modules.map(({ object }) => object).join(' or ')}.`;
  const say = (object: string) => `Syncline does not know the object "${object}" of Zoho Desk.`;
  return { known, strange: others.map((object) => wrong(`object ${object}`, say(object), use)) };
}

/** A refresh token has the scopes for ever that it was given out with: each that is needed is tried. */
async function accessTo(session: Session, module: Module): Promise<readonly Finding[]> {
  const { object, plural, title } = module;
  const fields = await attempt(() => session.catalog.describe(module));
  const list = await attempt(() =>
    session.wire.list(module, { sortBy: '-modifiedTime', from: 1, fields: [title, 'modifiedTime'], lane: 'live' }),
  );
  const search = await attempt(() => session.wire.search(module, { [title]: 'Syncline' }, 0));
  const bin = await attempt(() => session.wire.bin(module, 0));
  return [
    finding(
      `fields of ${object}`,
      fields,
      'can be read',
      'Desk.settings.READ (or Desk.basic.READ with Desk.fields.READ)',
    ),
    finding(`records of ${object}`, list, 'can be read', `Desk.contacts.READ, and let its profile see all ${plural}`),
    finding(`search for ${plural}`, search, 'works', 'Desk.search.READ'),
    finding(`bin of ${plural}`, bin, 'can be read', `Desk.${plural}.READ; without it removed records are not noticed`),
  ];
}

function finding(check: string, tried: Attempt<unknown>, works: string, scope: string): Finding {
  return tried.ok
    ? fine(check, `The ${check} ${works}.`)
    : wrong(check, tried.fault.say, `Give the refresh token out anew with the scope ${scope}.`);
}

async function keyOf(session: Session, module: Module): Promise<Finding> {
  const check = `key field of ${module.object}`;
  const type = await attempt(() => session.catalog.describe(module));
  if (!type.ok) return wrong(check, type.fault.say, 'Give the refresh token the right to read fields.');
  if (type.value.mark !== null) return fine(check, `${markField} is there.`);
  const there = type.value.fields.find(({ name }) => name === markField);
  if (there !== undefined) {
    const fix = `Make it a text field of one line with ${customLength} characters.`;
    return wrong(check, `${markField} is there, but of type ${there.vendorType}.`, fix);
  }
  return wrong(
    check,
    `There is no field ${markField}, so a create whose answer is lost has to be traced by its content.`,
    `Run "syncline doctor --install keys", or create a text field called "${markLabel}" by hand.`,
  );
}

/** Creates the key field where it is missing; safe to repeat. */
export async function install(session: Session, objects: readonly string[]): Promise<readonly Finding[]> {
  const { known, strange } = sorted(objects);
  const findings: Finding[] = [...strange];
  for (const module of known) {
    const before = await attempt(() => session.catalog.describe(module));
    const missing = before.ok && !before.value.fields.some(({ name }) => name === markField);
    const added = missing ? await attempt(() => session.wire.addMarkField(module)) : null;
    const now = await keyOf(session, module);
    findings.push(added === null || added.ok || now.ok ? now : { ...now, found: added.fault.say, fix: byHand });
  }
  return findings;
}

const byHand = `Create a text field called "${markLabel}" by hand, or let an administrator give out the refresh token with the scope Desk.settings.ALL.`;

function fine(check: string, found: string): Finding {
  return { check, ok: true, found, fix: '' };
}

function wrong(check: string, found: string, fix: string): Finding {
  return { check, ok: false, found, fix };
}
