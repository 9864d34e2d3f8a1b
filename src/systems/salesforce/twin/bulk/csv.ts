/** CSV as the Bulk API reads and writes it (RFC 4180 with a choice of delimiters). */
export const delimiters: Readonly<Record<string, string>> = {
  COMMA: ',',
  TAB: '\t',
  PIPE: '|',
  SEMICOLON: ';',
  CARET: '^',
  BACKQUOTE: '`',
};

/** Rows of cells. An empty last line is none. */
export function parseCsv(text: string, delimiter: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  while (at < text.length) {
    const [cell, end] = text.charAt(at) === '"' ? quotedCell(text, at) : plainCell(text, at, delimiter);
    row.push(cell);
    at = end;
    const next = text.charAt(at);
    if (next === delimiter) {
      at++;
      // A delimiter at the very end leaves one more, empty cell.
      if (at === text.length) row.push('');
      continue;
    }
    at += text.startsWith('\r\n', at) ? 2 : 1;
    rows.push(row);
    row = [];
  }
  if (row.length > 0) rows.push(row);
  return rows.filter((cells) => cells.length > 1 || cells[0] !== '');
}

function quotedCell(text: string, start: number): [cell: string, end: number] {
  let cell = '';
  let at = start + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return [cell + text.slice(at), text.length];
    cell += text.slice(at, quote);
    if (text.charAt(quote + 1) !== '"') return [cell, quote + 1];
    cell += '"';
    at = quote + 2;
  }
}

function plainCell(text: string, start: number, delimiter: string): [cell: string, end: number] {
  let end = start;
  for (; end < text.length; end++) {
    const character = text.charAt(end);
    if (character === delimiter || character === '\n' || character === '\r') break;
  }
  return [text.slice(start, end), end];
}

/** One line with every value quoted, ended as the job says. */
export function formatRow(cells: readonly string[], delimiter: string, lineEnd: string): string {
  return cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(delimiter) + lineEnd;
}
