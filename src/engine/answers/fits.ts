import type { Hold } from '../../model/hold.ts';
import { type FieldDescription, type FieldType, fieldOf } from '../../model/object-type.ts';
import { type Side, sides } from '../../model/record.ts';
import { flows, type Rule, type SyncSetup, sideOf } from '../../model/sync.ts';
import { isBlank, show, type Value } from '../../model/value.ts';
import type { HoldDraft } from '../verdict.ts';

const numbers: readonly FieldType[] = ['integer', 'decimal', 'currency', 'percent'];
const texts: readonly FieldType[] = ['text', 'longtext', 'email', 'phone', 'url', 'date', 'datetime', 'time'];

/**
 * Why the value that a person gave is not sent: a vendor would refuse it, and everything that travels with it. null: it fits each field that
 * gets it. What its vendor alone can know is left to it.
 */
export function unfitWords(
  setup: SyncSetup,
  rule: Rule,
  given: Readonly<Record<Side, Value>>,
  to: readonly Side[] = sides,
): string | null {
  for (const side of to) {
    const { type, label } = sideOf(setup, side);
    const field = flows(rule.direction, side) ? fieldOf(type, rule[side]) : undefined;
    const why = field && misfit(field, given[side]);
    if (field && why)
      return `The value ${show(given[side])} that was given does not fit ${field.name} in ${label}: it is ${why}. Answer once more.`;
  }
  return null;
}

/**
 * Holds that wait on, each with what was wrong with its answer (`unfits`, by rule). That is told for as long as the hold says the same: its
 * link may be decided about again before anybody has read it.
 */
export function withUnfit(
  before: readonly Hold[],
  holds: readonly HoldDraft[],
  unfits: ReadonlyMap<string, string>,
): readonly HoldDraft[] {
  return holds.map((hold) => {
    const words = unfits.get(hold.field ?? '');
    const told = before.find(({ field, message }) => field === hold.field && message.startsWith(`${hold.message} `));
    if (words === undefined) return told ? { ...hold, message: told.message } : hold;
    return hold.message.endsWith(words) ? hold : { ...hold, message: `${hold.message} ${words}` };
  });
}

function misfit(field: FieldDescription, value: Value): string | null {
  const { type, options, restricted, maxLength } = field;
  if (isBlank(value)) return null;
  if (type === 'set' || type === 'options') {
    if (!Array.isArray(value)) return 'no list';
    return value.map((member) => unlisted(field, member)).find((why) => why !== null) ?? null;
  }
  if (numbers.includes(type)) return typeof value === 'number' ? null : 'no number';
  if (type === 'boolean') return typeof value === 'boolean' ? null : 'neither true nor false';
  if (type === 'option') return restricted && options ? unlisted(field, value) : null;
  if (!texts.includes(type)) return null;
  if (typeof value !== 'string') return 'no text';
  return maxLength !== null && value.length > maxLength ? `longer than ${maxLength} characters` : null;
}

const shownOptions = 20;

function unlisted({ options, restricted }: FieldDescription, value: Value): string | null {
  if (typeof value !== 'string') return 'no text';
  if (!restricted || !options || options.some((option) => option.value === value)) return null;
  const known = options.filter(({ active }) => active).map((option) => option.value);
  return `none of ${known.slice(0, shownOptions).join(', ')}${known.length > shownOptions ? ', …' : ''}`;
}
