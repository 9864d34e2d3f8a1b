import { listed } from '../../mapping/problem.ts';
import { FaultError } from '../../model/fault.ts';
import { type Side, sides } from '../../model/record.ts';
import { flows } from '../../model/sync.ts';
import type { Preset } from '../../presets/preset.ts';
import type { System } from '../../systems/kit/system.ts';
import type { EffectiveSync } from './effective.ts';
import { askedOf } from './pointed.ts';
import { effectiveOf } from './resolve.ts';
import type { Config } from './schema.ts';
import type { Path } from './source.ts';

/** Answers which of these records are not there, or not shown to our user; may throw FaultError. */
export type Missing = (connection: string, object: string, ids: readonly string[]) => Promise<readonly string[]>;

type Add = (path: Path, problem: string, fix: string) => void;

interface Checked {
  readonly config: Config;
  readonly systems: readonly System[];
  readonly presets: readonly Preset[];
  readonly add: Add;
}

/** An id that stands in for what a reference does not have. */
interface Default {
  readonly path: Path;
  readonly words: string;
  readonly connection: string;
  readonly object: string;
  readonly id: string;
}

/**
 * What references say beyond their fields: ids that stand in are ids of the records that the field takes, and, where somebody can be asked,
 * they are there; and two of them do not want ids in different fields of one record.
 */
export async function checkPointed(checked: Checked, names: readonly string[], missing?: Missing): Promise<void> {
  const { config, presets, add } = checked;
  const all = new Map(names.map((name) => [name, effectiveOf(config, name, presets)] as const));
  for (const [name, sync] of all) checkWriteBack(name, sync, all, add);
  const sound = [...all].flatMap(([name, sync]) =>
    defaultsOf(name, sync, checked, all).filter((one) => isOfKind(one, checked)),
  );
  if (missing === undefined) return;
  for (const together of Map.groupBy(sound, ({ connection, object }) => `${connection}/${object}`).values()) {
    const [first] = together;
    if (first === undefined) continue;
    const ids = [...new Set(together.map(({ id }) => id))];
    const gone = await asked(() => missing(first.connection, first.object, ids));
    for (const { path, words, object, id } of together.filter((one) => gone.includes(one.id)))
      add(
        path,
        `${words} the ${object} "${id}" stands in, and there is none with this id, or our user is not shown it.`,
        `Give the id of ${withArticle(object)} that is there.`,
      );
  }
}

/** That a connection does not answer is told elsewhere. */
async function asked(call: () => Promise<readonly string[]>): Promise<readonly string[]> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    return [];
  }
}

function defaultsOf(
  name: string,
  { references, direction }: EffectiveSync,
  { config }: Checked,
  all: ReadonlyMap<string, EffectiveSync>,
): readonly Default[] {
  const isGiven = config.syncs[name]?.references !== undefined;
  return references.flatMap((reference, index) => {
    const given = reference.default;
    const parents = all.get(reference.sync);
    if (given === undefined || parents === undefined) return [];
    const targets = sides.filter((side) => flows(reference.direction ?? direction ?? 'both', side));
    const of = (side: Side): string | undefined =>
      typeof given === 'object' ? given[side] : targets.length === 1 && targets[0] === side ? given : undefined;
    return sides.flatMap((side) => {
      const id = of(side);
      const { connection, object } = parents[side];
      if (id === undefined || object === null) return [];
      const path: Path = ['syncs', name, ...(isGiven ? ['references', index, 'default'] : ['options'])];
      return [{ path, words: `Sync ${name}: for ${reference[side] ?? 'a reference'}`, connection, object, id }];
    });
  });
}

function withArticle(object: string): string {
  return `${/^[aeio]/i.test(object) ? 'an' : 'a'} ${object}`;
}

/** By what the id says of itself: where it is of another kind, nobody need be asked. */
function isOfKind({ path, words, connection, object, id }: Default, { config, systems, add }: Checked): boolean {
  const system = systems.find(({ name }) => name === config.connections[connection]?.system);
  const kind = system?.recordAt(id);
  if (system === undefined || (kind && (kind.object === null || kind.object === object))) return true;
  const what = kind ? `the id of ${withArticle(kind.object ?? '')} stands in` : 'something stands in that is no id';
  add(
    path,
    `${words} ${what}, "${id}", and ${system.label} wants that of ${withArticle(object)}.`,
    `Give the id of ${withArticle(object)}.`,
  );
  return false;
}

function checkWriteBack(name: string, sync: EffectiveSync, all: ReadonlyMap<string, EffectiveSync>, add: Add): void {
  const { writeBack } = askedOf(name, all);
  for (const side of sides) {
    const asks = writeBack[side] ?? [];
    const own = sync.writeBack[side];
    const fields = new Set([...asks.map(({ field }) => field), ...(own ? [own.field] : [])]);
    if (asks.length === 0 || fields.size < 2) continue;
    const by = listed(
      asks.map((ask) => `${ask.by} (${ask.field})`),
      'and',
    );
    add(
      ['syncs', name, 'writeBack'],
      `Sync ${name}: the id of the other record is to be written into ${listed([...fields], 'and')}: ${by}${own ? ` and "writeBack" of the sync itself (${own.field})` : ''}.`,
      'Name one field for it.',
    );
  }
}
