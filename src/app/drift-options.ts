import type { SyncInput } from '../mapping/compile.ts';
import type { FieldSetting } from '../mapping/settings.ts';
import { valueMapsOf } from '../mapping/value-map.ts';
import { fieldOf } from '../model/object-type.ts';
import { other, type Side, sides } from '../model/record.ts';
import { flows } from '../model/sync.ts';

/** Options that are named in one note. */
const named = 5;

export interface OptionNote {
  readonly path: readonly (string | number)[];
  readonly problem: string;
  readonly fix: string;
}

/** Options of an account that no value map of the sync names (requirement V-02), one note a field and way. */
export function optionNotes(input: SyncInput): readonly OptionNote[] {
  return input.fields.flatMap((setting, index) =>
    sides.flatMap((from) => {
      const note = noteOf(input, setting, from);
      return note ? [{ ...note, path: ['fields', index, 'values'] }] : [];
    }),
  );
}

function noteOf(input: SyncInput, setting: FieldSetting, from: Side): Omit<OptionNote, 'path'> | null {
  const direction = setting.direction ?? input.direction;
  const name = setting[from];
  if (setting.values === undefined || name === undefined || !flows(direction, other(from))) return null;
  const { maps } = valueMapsOf(setting.values, direction);
  const map = from === 'crm' ? maps.toDesk : maps.toCrm;
  const options = fieldOf(input[from].type, name)?.options ?? null;
  if (map === null || options === null) return null;
  const open = options.filter(({ value, active }) => active && !Object.hasOwn(map.entries, value));
  const unmapped = map.other.is === 'hold' ? open.map(({ value }) => value) : [];
  if (unmapped.length === 0) return null;
  const count = `${unmapped.length} option${unmapped.length === 1 ? '' : 's'}`;
  return {
    problem: `Sync ${input.name}: ${input[from].label} ${input[from].object} "${name}" has ${count} without a mapping: ${listOf(unmapped)}.`,
    fix: 'Add them to "values", or say other: keep or a value; until then that field is held where a record has one of them.',
  };
}

function listOf(values: readonly string[]): string {
  const shown = values.slice(0, named).map((value) => JSON.stringify(value));
  return values.length > named ? `${shown.join(', ')} and ${values.length - named} more` : shown.join(', ');
}
