import type { Colour, Paint } from './paint.ts';
import { cut, pad, widthOf } from './text.ts';

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** May be cut where the terminal is narrow. */
  readonly shrinks?: boolean;
}

export type Cell = string | { readonly text: string; readonly colour: Colour };

const gap = 2;
const narrowest = 6;

/** Aligned columns without borders, no wider than `width`. Ends with a newline; empty where there are no rows. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  options: { readonly width: number; readonly paint: Paint },
): string {
  if (rows.length === 0) return '';
  const widths = columns.map((column, i) =>
    Math.max(widthOf(column.title), ...rows.map((row) => widthOf(textOf(row[i] ?? '')))),
  );
  shrink(widths, columns, options.width);
  const line = (cells: readonly Cell[], colour: Colour | null): string => {
    let room = options.width;
    const shown = columns.map((column, i) => {
      const cell = cells[i] ?? '';
      // What cannot shrink any more is cut at the edge rather than wrapped into the next line.
      const width = Math.max(0, Math.min(widths[i] ?? 0, room));
      room -= width + gap;
      const last = i === columns.length - 1 && column.align !== 'right';
      // No blanks after the last text: they would show where it is pasted.
      const text = pad(cut(textOf(cell), width), last ? 0 : width, column.align);
      const paintedAs = typeof cell === 'string' ? colour : cell.colour;
      return paintedAs === null || text.trim() === '' ? text : options.paint(paintedAs, text);
    });
    return shown.join(' '.repeat(gap)).trimEnd();
  };
  const titles = line(
    columns.map((column) => column.title),
    'dim',
  );
  return `${[titles, ...rows.map((row) => line(row, null))].join('\n')}\n`;
}

/** Takes from the widest column that may shrink, until the line fits or nothing is left to take. */
function shrink(widths: number[], columns: readonly Column[], width: number): void {
  const total = (): number => widths.reduce((sum, one) => sum + one, 0) + gap * (widths.length - 1);
  while (total() > width) {
    let widest = -1;
    for (const [i, column] of columns.entries()) {
      const mayShrink = column.shrinks === true && (widths[i] ?? 0) > narrowest;
      if (mayShrink && (widths[i] ?? 0) > (widths[widest] ?? 0)) widest = i;
    }
    if (widest < 0) return;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
}

function textOf(cell: Cell): string {
  return typeof cell === 'string' ? cell : cell.text;
}
