import { RowError } from '../errors.ts';
import type { Writer } from '../writer.ts';
import type { Item, Package } from './package.ts';

/** What became of one component. */
export interface ComponentResult {
  readonly type: string;
  readonly fullName: string;
  readonly fileName: string;
  readonly id: string | null;
  readonly done: 'created' | 'changed' | 'unchanged' | 'deleted' | 'failed';
  readonly problem: string | null;
  readonly line: number;
  readonly column: number;
}

/**
 * Puts a package in, component by component. A failure undoes itself; with `keep` "all" it undoes everything, with "none" nothing is kept
 * in any case (a check). The caller commits.
 */
export function deployPackage(
  writer: Writer,
  { items, flaws }: Package,
  keep: 'all' | 'good' | 'none',
): readonly ComponentResult[] {
  const restore = writer.org.schema.snapshot();
  const mark = writer.transaction.mark();
  const failed: ComponentResult[] = flaws.map((flaw) => ({ ...flaw, id: null, done: 'failed' }));
  const results = [...failed, ...items.map((item) => deployOne(writer, item))];
  const isBad = results.some(({ done }) => done === 'failed');
  if (keep === 'none' || (keep === 'all' && isBad)) {
    writer.transaction.rollback(mark);
    restore();
  }
  return results;
}

function deployOne(writer: Writer, item: Item): ComponentResult {
  const { kind, fullName, fileName, line, column } = item;
  const result = { type: kind.name, fullName, fileName, line, column, problem: null };
  const restore = writer.org.schema.snapshot();
  const mark = writer.transaction.mark();
  try {
    if (item.doing === 'drop') {
      const id = kind.find(writer.org, fullName)?.row.id ?? null;
      kind.drop(writer, fullName);
      return { ...result, id, done: 'deleted' };
    }
    const before = kind.find(writer.org, fullName);
    const was = before === null ? null : JSON.stringify(before.value);
    const id = kind.put(writer, fullName, item.value);
    const isSame = was === JSON.stringify(kind.find(writer.org, fullName)?.value);
    return { ...result, id, done: was === null ? 'created' : isSame ? 'unchanged' : 'changed' };
  } catch (error) {
    if (!(error instanceof RowError)) throw error;
    writer.transaction.rollback(mark);
    restore();
    return { ...result, id: null, done: 'failed', problem: error.message };
  }
}
