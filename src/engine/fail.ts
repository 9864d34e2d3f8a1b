import type { Fault } from '../model/fault.ts';
import { type Hold, matchKey } from '../model/hold.ts';
import type { Link } from '../model/link.ts';
import { other } from '../model/record.ts';
import { type Rule, type SyncSetup, sideOf } from '../model/sync.ts';
import { type Fields, show, type Value } from '../model/value.ts';
import { newId } from '../model/world.ts';
import { writeBackField } from './draft.ts';
import type { Engine } from './engine.ts';
import { faultWords, historyOf } from './history.ts';
import { nameOf } from './name.ts';
import { aloneWakes, patientTries } from './parents.ts';
import type { Intent, LinkChange } from './ports.ts';
import { removalField } from './removal/removal.ts';
import { isOfRemoval, notInBin, removalWords, withoutRemoval } from './removal/settled.ts';
import { isDelta } from './undo/undo.ts';

/** How often "what we know is out of date" may be said of one link in a row before a person has to look. */
const maxStale = 3;
/** A look-up may lag behind what the vendor refuses by: each further look waits so much longer (ms). */
const indexLagMs = 20_000;
/** Credentials that do not work are tried again after this long by themselves (ms). */
export const loginPauseMs = 5 * 60_000;

/**
 * The one table from a fault to what happens next:
 *
 *   later    again after a growing pause          limit    again when the vendor said
 *   stale    ask the vendor, decide again         gone     ask the vendor what became of it, decide again
 *   refused  a hold: the field's, where the vendor names one that can be left out, else the record's
 *   login    again in five minutes; the connection stops meanwhile
 *   unsure   (updates) read what is there, decide again; unsure creates never come here: they stay intents (recover)
 *   bug      a hold, and a line in the log
 */
export async function failed(
  engine: Engine,
  setup: SyncSetup,
  link: Link,
  intent: Intent,
  fault: Fault,
): Promise<LinkChange> {
  const { world } = engine;
  const now = world.now();
  const base = {
    link: link.id,
    turn: intent.turn,
    close: [intent.id],
    releaseClaims: intent.operation.do === 'create',
    wakes: freed(setup, intent),
    history: [historyOf(engine, intent, link[intent.side]?.id ?? null, faultWords(fault))],
  } as const;
  const again = (at: number, tries: number, askVendor = false): LinkChange => ({
    ...base,
    due: { at, tries, fault, askVendor },
    // A wait for a limit is not news: only what a person should be able to read later becomes history.
    history: fault.kind === 'limit' ? [] : base.history,
  });
  switch (fault.kind) {
    case 'later':
      return {
        ...again(now + backOffMs(world.random, intent.tries), intent.tries + 1),
        wakes: [
          ...freed(setup, intent),
          ...(intent.tries + 1 >= patientTries ? aloneWakes(engine.setups, setup, link) : []),
        ],
      };
    case 'limit':
    case 'login': {
      const until = now + pauseOf(fault);
      engine.waits.set(intent.connection, { until, reason: fault.say });
      return again(until, intent.tries);
    }
    case 'unsure':
      return again(now + backOffMs(world.random, intent.tries), intent.tries + 1, true);
    case 'stale':
      return !intent.asked || intent.tries < maxStale
        ? again(now + Math.max(fault.afterMs ?? 0, intent.tries * indexLagMs), intent.tries + 1, true)
        : held(engine, setup, link, intent, fault, base);
    case 'gone': {
      // Something that a new record points to: that is the vendor's no.
      if (intent.operation.do === 'create') return held(engine, setup, link, intent, fault, base);
      // That a write cannot reach it may mean that it is hidden: what became of it is read, since a removal may be carried over.
      const at = intent.asked ? now + backOffMs(world.random, intent.tries) : now;
      return {
        ...again(at, intent.tries + 1, true),
        ...(intent.operation.do === 'restore' ? notInBin(setup, intent, link) : {}),
      };
    }
    case 'bug':
      world.log.error('an answer could not be understood', { sync: setup.name, link: link.id, reason: fault.say });
      return held(engine, setup, link, intent, fault, base);
    case 'refused':
      return held(engine, setup, link, intent, fault, base);
  }
}

/** How long a connection rests after a limit or a lost login, where the vendor does not say (ms). */
export function pauseOf(fault: Fault): number {
  return fault.afterMs ?? (fault.kind === 'login' ? loginPauseMs : 60_000);
}

/** What a create that failed does not reserve any more. */
function freed(setup: SyncSetup, { side, operation }: Intent): readonly string[] {
  if (operation.do !== 'create') return [];
  const { connection, object } = sideOf(setup, side);
  return setup.match.flatMap((criterion) =>
    criterion
      .keys(side, operation.fields[criterion[side]])
      .map((value) => matchKey(connection, object, criterion[side], value)),
  );
}

/** 1 s, 2 s, 4 s … up to 15 minutes, with up to half as much again by chance, so that many do not come back at once. */
export function backOffMs(random: () => number, tries: number): number {
  return Math.floor(Math.min(900_000, 1000 * 2 ** Math.min(tries, 10)) * (1 + random() / 2));
}

async function held(
  engine: Engine,
  setup: SyncSetup,
  link: Link,
  intent: Intent,
  fault: Fault,
  base: Pick<LinkChange, 'link' | 'turn'> & Partial<LinkChange>,
): Promise<LinkChange> {
  const before = await engine.store.holds({ link: link.id, limit: 1000 });
  const complained = isOfRemoval(intent)
    ? []
    : Object.keys(intent.before).filter((field) => fault.fields?.includes(field));
  const rules = setup.rules.filter((rule) => complained.includes(rule[intent.side]));
  const back = complained.includes(setup.writeBack[intent.side]?.field ?? '');
  // A complaint about our mark alone holds the whole: there is no field that could be left out.
  const partly =
    (rules.length > 0 || back) &&
    complained.length < Object.keys(intent.before).length &&
    rules.every((rule) => canLeaveOut(rule, intent));
  // The other side waited for this write. Where the whole record is held its turn comes first, once: then the same write goes once more.
  const isHeldAnew = rules.length > 0 || back || !before.some((one) => one.why === 'refused' && one.field === null);
  const goesOn = intent.again && intent.operation.do === 'update' && isHeldAnew;
  const fresh = rules.map((rule) => fieldHold(engine, setup, link, intent, fault, rule));
  if (back) fresh.push(writeBackHold(engine, setup, link, intent, fault));
  if (fresh.length === 0) fresh.push(wholeHold(engine, setup, link, intent, fault));
  const kept = before.filter((hold) => !fresh.some((each) => each.field === hold.field));
  return {
    ...base,
    ...withoutRemoval(link, intent, fault),
    wakes: [...(base.wakes ?? []), ...aloneWakes(engine.setups, setup, link)],
    holds: [...kept, ...fresh],
    clearAnswers: true,
    // What is left still goes, the other fields and the other side: the link comes back at once, and judge leaves out what is held.
    due: partly || goesOn ? { at: engine.world.now(), tries: 0, fault: null, askVendor: false } : 'clear',
  };
}

function canLeaveOut(rule: Rule, intent: Intent): boolean {
  return intent.operation.do !== 'create' || !rule.required[intent.side];
}

function fieldHold(engine: Engine, setup: SyncSetup, link: Link, intent: Intent, fault: Fault, rule: Rule): Hold {
  const target = intent.side;
  const source = other(target);
  const written = intent.before[rule[target]];
  const key = `${rule.crm}=${rule.desk}`;
  const sourceValue: Value = intent.agreed[source][key] ?? link[source]?.base[key] ?? null;
  const targetValue: Value = written?.before ?? null;
  const values = target === 'desk' ? { crm: sourceValue, desk: targetValue } : { crm: targetValue, desk: sourceValue };
  const place = sideOf(setup, target);
  const say = `${subject(setup, link, intent)}: ${place.label} refused ${rule[target]} ${show(written?.after)} (${rule[source]} is ${show(sourceValue)}, ${place.label} has ${show(targetValue)}): ${sentence(fault)} Change ${rule[source]} in ${sideOf(setup, source).label}, or mend the reason and retry.`;
  return {
    ...hold(engine, intent, fault),
    field: rule.id,
    rule: rule.hash,
    from: source,
    ...(written && !isDelta(written.after) ? { sent: written.after } : {}),
    values: { ...values, base: link[source]?.base[key] ?? null },
    message: say,
  };
}

/** An id that may not be written back holds itself alone. */
function writeBackHold(engine: Engine, setup: SyncSetup, link: Link, intent: Intent, fault: Fault): Hold {
  const field = setup.writeBack[intent.side]?.field ?? '';
  const written = intent.before[field];
  const place = sideOf(setup, intent.side);
  return {
    ...hold(engine, intent, fault),
    field: writeBackField,
    values: noValues,
    message: `${subject(setup, link, intent)}: ${place.label} refused to take the id ${show(written?.after)} into ${field} (it has ${show(written?.before)}): ${sentence(fault)} Mend the reason and retry, or take writeBack out of the sync.`,
  };
}

const noValues = { crm: null, desk: null, base: null };

function wholeHold(engine: Engine, setup: SyncSetup, link: Link, intent: Intent, fault: Fault): Hold {
  const place = sideOf(setup, intent.side);
  const what =
    intent.operation.do === 'create' ? `create its ${place.type.label.toLowerCase()}` : `${intent.operation.do} it`;
  const removal = removalWords(setup, link, intent, sentence(fault));
  if (removal !== null)
    return { ...hold(engine, intent, fault), field: removalField, values: noValues, message: removal };
  const title = place.type.title;
  const wanted = intent.before[title];
  const sent = wanted
    ? ` (${title} ${show(wanted.after)}${wanted.before === null ? '' : `, was ${show(wanted.before)}`})`
    : '';
  return {
    ...hold(engine, intent, fault),
    field: null,
    from: other(intent.side),
    values: noValues,
    message: `${subject(setup, link, intent)}: ${place.label} refused to ${what}${sent}: ${sentence(fault)} Mend the reason, then retry.`,
  };
}

/** The record that the write came from, named by what was read for it. */
function subject(setup: SyncSetup, link: Link, intent: Intent): string {
  const source = other(intent.side);
  const place = sideOf(setup, source);
  const id = link[source]?.id ?? '';
  const title = setup.rules.find((rule) => rule[source] === place.type.title);
  const value = title ? intent.agreed[source][`${title.crm}=${title.desk}`] : undefined;
  const seen: Fields = value === undefined ? {} : { [place.type.title]: value };
  return nameOf(place, {
    ref: { connection: place.connection, object: place.object, id },
    version: null,
    at: null,
    by: null,
    seen,
  });
}

function sentence(fault: Fault): string {
  const code = fault.code ? ` [${fault.code}]` : '';
  return `${fault.say.replace(/[.\s]+$/, '')}${code}.`;
}

function hold(engine: Engine, intent: Intent, fault: Fault): Omit<Hold, 'field' | 'values' | 'message'> {
  return {
    id: newId(engine.world),
    sync: intent.sync,
    link: intent.link,
    why: 'refused',
    vendorCode: fault.code ?? fault.kind,
    candidates: [],
    wakes: [],
    tries: intent.tries + 1,
    since: engine.world.now(),
  };
}
