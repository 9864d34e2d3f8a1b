import type { Answer, Hold, Offer } from '../../model/hold.ts';
import { show, type Value } from '../../model/value.ts';
import type { HoldRow } from '../ports.ts';
import { removalField } from '../removal/removal.ts';

const always = { always: true } as const;
const leave: Offer = { say: 'skip', means: 'Leave it as it is' };

/** What a hold can be answered with, the likeliest first. Empty: it ends by itself, or by being tried again. */
export function offersOf(hold: HoldRow): readonly Offer[] {
  const [first, ...rest] = said(hold);
  return first ? [{ ...first, default: true }, ...rest] : [];
}

function said(hold: HoldRow): readonly Offer[] {
  const candidates = chosable(hold);
  const named = (means: (id: string, side: string) => string): readonly Offer[] =>
    candidates.map(({ id, side }) => ({ say: 'candidate', id, means: means(id, side) }));
  switch (hold.why) {
    case 'conflict':
      return [...newestFirst(hold), value('Set both to another value'), { ...leave, means: 'Both stay as they are' }];
    case 'ambiguous': {
      const create: Offer = {
        say: 'create',
        means: candidates.length > 0 ? 'It is none of them: create a new record' : 'Create a new record for it',
        ...always,
      };
      const skip = { ...leave, ...always };
      // Of several nobody can say which is the likeliest.
      return candidates.length === 1
        ? [...named((id, side) => `Link it with ${id} on ${side}`), create, skip]
        : [skip, ...named((id, side) => `Link it with ${id} on ${side}`), create];
    }
    case 'refused':
      return refused(hold);
    case 'required':
      return [value('Create it with this value'), { ...leave, means: 'Leave it without a twin until it changes' }];
    case 'unsure':
      return [
        ...named((id, side) => `It is ${id} on ${side}`),
        { say: 'create', means: 'It was not created: create it again' },
        { ...leave, means: 'Leave it without a twin, and hear no more of it', ...always },
      ];
    case 'hidden':
      return [{ ...leave, means: 'Leave it as it is, and ask no more until it changes', ...always }];
    case 'closed':
      return hold.field === removalField
        ? [
            { ...leave, means: 'Leave it as it is, for good', ...always },
            { say: 'go', means: 'Have it removed all the same (or set, where the sync sets something instead)' },
          ]
        : [{ ...leave, ...always }];
    case 'undone':
      if (hold.field !== null) return [leave, { say: 'go', means: 'Sync the field again' }];
      return [
        { ...leave, means: 'Leave it as it is, and hear no more of it' },
        ...named((id, side) => `Link it with ${id} on ${side} again`),
        { say: 'go', means: 'Have it matched anew' },
      ];
    case 'brake':
      return [{ say: 'go', means: 'Let this record pass', ...always }, leave];
    case 'loop':
      return [
        { say: 'go', means: 'Once the other automation is stopped, go on' },
        { say: 'crm', means: 'Take the CRM’s value once' },
        { say: 'desk', means: 'Take the desk’s value once' },
        { ...leave, means: 'Leave it frozen, and hear no more of it' },
      ];
  }
}

function value(means: string): Offer {
  return { say: 'value', means };
}

/** An id that may not be written back is no field of both: nothing can be said but to try again. */
function refused(hold: Hold): readonly Offer[] {
  // A rule that is frozen belongs to no record: it ends when its field is back, or the mapping is another one.
  if (hold.field === 'write-back' || hold.link === '') return [];
  if (hold.field === null) return [leave];
  if (hold.field === removalField) return [{ ...leave, means: 'Leave it as it is, for good' }];
  const standing = hold.from === undefined ? {} : always;
  // A locked record takes no value at all, and where an expression failed there is none to take the place of.
  const takesOne = hold.from !== undefined || hold.vendorCode !== null || hold.candidates.length > 0;
  const instead = { ...value('Take this value instead'), ...standing };
  return [{ ...leave, ...standing }, ...(takesOne ? [instead] : [])];
}

/** The side that was changed later is the likelier one; where nobody knows, the CRM. */
function newestFirst({ changed }: Hold): readonly Offer[] {
  const crm: Offer = { say: 'crm', means: 'Take the CRM’s value', ...always };
  const desk: Offer = { say: 'desk', means: 'Take the desk’s value', ...always };
  const isDeskNewer = (changed?.desk.at ?? 0) > (changed?.crm.at ?? 0) && (changed?.crm.at ?? null) !== null;
  return isDeskNewer ? [desk, crm] : [crm, desk];
}

/** Records that it can be linked with: on the other side, and not another sync's. The other candidates explain why it is held. */
function chosable({ crm, desk, candidates }: HoldRow): HoldRow['candidates'] {
  const here = crm === null ? 'desk' : 'crm';
  const whole = crm !== null && desk !== null;
  return candidates.filter(
    ({ side, reason }) => (side !== here || whole) && !reason.startsWith('is carried by the sync'),
  );
}

/** Why this hold does not take this answer, and which ones it does; null: it takes it. */
export function refusalOf(hold: HoldRow, answer: Answer): string | null {
  const offers = offersOf(hold);
  const fitting = offers.find(({ say }) => say === answer.say);
  const what =
    hold.field === null ? `the hold ${hold.id} (${hold.why})` : `the hold ${hold.id} (${hold.why} of ${hold.field})`;
  if (!fitting && !isFree(hold, answer)) {
    const words = [...new Set(offers.map(({ say }) => wordOf(say)))];
    const mended = hold.link === '' ? 'it ends once its reason is mended' : 'mend the reason, then retry it';
    const takes = words.length === 0 ? `It takes no answer: ${mended}` : `It takes ${words.join(', ')}`;
    return `${what} does not take ${wordOf(answer.say)}. ${takes}`;
  }
  const misshapen = answer.say === 'value' ? misshapenWords(hold, answer.value) : null;
  if (misshapen !== null) return `${what} ${misshapen}`;
  if (!answer.always || fitting?.always) return null;
  const standing = [...new Set(offers.filter((offer) => offer.always).map(({ say }) => wordOf(say)))];
  return `${wordOf(answer.say)} cannot be said of ${what} for always: ${notAlways[answer.say]}. ${
    standing.length === 0 ? 'Nothing can be said of it for always' : `For always it takes ${standing.join(', ')}`
  }`;
}

/** Any record of the other side may be named, also one that nobody thought of. */
function isFree({ why, field }: Hold, { say }: Answer): boolean {
  return say === 'candidate' && field === null && ['ambiguous', 'unsure', 'undone'].includes(why);
}

/** A value of another kind than all that are held is a slip, which no vendor has to be asked about. */
function misshapenWords({ values }: Hold, value: Value): string | null {
  const held = [values.crm, values.desk, values.base].flatMap((each) => (each === null ? [] : [kindOf(each)]));
  if (held.length === 0 || value === null || held.includes(kindOf(value))) return null;
  return `does not take ${show(value)}: that is ${kindOf(value)}, and what is held is ${[...new Set(held)].join(' or ')}`;
}

function kindOf(value: Value): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'boolean') return 'a check box (true or false)';
  return typeof value === 'number' ? 'a number' : 'a text';
}

function wordOf(say: Answer['say']): string {
  return say === 'candidate' ? '--candidate ID' : say === 'value' ? '--value V' : say;
}

const notAlways: Readonly<Record<Answer['say'], string>> = {
  crm: 'it decides about this one value',
  desk: 'it decides about this one value',
  skip: 'another record may need it',
  go: 'it lets pass what was looked at, and not what comes later',
  create: 'it says that this very record was not created',
  candidate: 'it names the twin of one record',
  value: 'it is the value of one record',
};
