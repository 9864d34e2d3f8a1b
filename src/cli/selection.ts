import type { Command } from 'commander';
import { z } from 'zod';
import type { Selection } from '../server/selection.ts';
import { UsageError } from './errors.ts';
import { quoted } from './invocation.ts';
import type { Shell } from './shell.ts';
import { textLines } from './text-lines.ts';

/** Which records a run or a preview is about, as it is typed. */
interface TypedSelection {
  readonly sync: readonly string[];
  /** A file of ids. */
  readonly ids?: string;
  readonly count?: number;
  readonly record?: string;
}

/** For an option that may be given several times. */
export const collect = (value: string, before: readonly string[] | undefined): readonly string[] => [
  ...(before ?? []),
  value,
];

export function selectionOptions(command: Command): void {
  command
    .option('--sync <name>', 'only this sync (can be repeated)', collect)
    .option('--ids <file>', 'only the records whose ids stand in this file, one in a line; - reads stdin')
    .option('--count <n>', 'only the first so many records of each sync')
    .option('--record <record>', 'only this record: crm:ID, desk:ID or its address in the browser');
}

const record = z
  .string()
  .refine(
    (text) => /^(crm|desk):./.test(text) || URL.canParse(text),
    'give a side and an id, such as crm:001xx000003DGbYAAW, or the address of the record',
  );

export const selectionSchema = z.object({
  sync: z.array(z.string().min(1, 'give a name')).default([]),
  ids: z.string().min(1, 'give a file').exactOptional(),
  count: z.coerce.number('give a whole number').int('give a whole number').min(1, 'give at least 1').exactOptional(),
  record: record.exactOptional(),
});

/** What the app is asked. Throws UsageError where the file has no ids: "none" must not become "all". */
export async function selected(shell: Shell, typed: TypedSelection): Promise<Selection> {
  const { sync: syncs, ids: file, count, record } = typed;
  return {
    syncs,
    ...(file === undefined ? {} : { ids: await readIds(shell, file) }),
    ...(count === undefined ? {} : { count }),
    ...(record === undefined ? {} : { record }),
  };
}

/** Some records of the syncs, and not all of them. */
export function isChosen({ ids, count, record }: Selection): boolean {
  return ids !== undefined || count !== undefined || record !== undefined;
}

async function readIds(shell: Shell, file: string): Promise<readonly string[]> {
  const ids = new Set<string>();
  for await (const line of textLines(shell, file)) {
    const id = line.replace(/^\ufeff/, '').trim();
    if (id !== '' && !id.startsWith('#')) ids.add(id);
  }
  if (ids.size === 0) throw new UsageError(`option --ids: ${file} has no ids; give one in a line, # begins a comment`);
  return [...ids];
}

/** The same choice for a command that a person may paste. */
export function selectionWords({ sync, ids, count, record }: TypedSelection): readonly string[] {
  return [
    ...sync.flatMap((name) => ['--sync', quoted(name)]),
    ...(ids === undefined ? [] : ['--ids', quoted(ids)]),
    ...(count === undefined ? [] : ['--count', String(count)]),
    ...(record === undefined ? [] : ['--record', quoted(record)]),
  ];
}
