/** Text as a terminal shows it. Lengths are columns, not characters: an ideograph takes two, an accent on its own none. */

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const wide =
  /^(?:\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}])/u;
const painted = /\p{Cc}\[\d+m/gu;

/**
 * A vendor's text made safe to show: control characters, which could move the cursor or change colours, become visible blanks, and
 * marks that turn the direction of writing are left out.
 */
export function clean(text: string): string {
  return text
    .replace(/[\u202a-\u202e\u2066-\u2069\u200e\u200f]/gu, '')
    .replace(/\s+/gu, ' ')
    .replace(/\p{Cc}/gu, '·');
}

export function widthOf(text: string): number {
  let width = 0;
  for (const { segment } of segmenter.segment(text.replace(painted, ''))) width += wide.test(segment) ? 2 : 1;
  return width;
}

/** At most `width` columns, with an ellipsis where something is missing. */
export function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let kept = '';
  let used = 0;
  for (const { segment } of segmenter.segment(text)) {
    const next = wide.test(segment) ? 2 : 1;
    if (used + next > width - 1) break;
    kept += segment;
    used += next;
  }
  return width < 1 ? '' : `${kept}…`;
}

export function pad(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const blanks = ' '.repeat(Math.max(0, width - widthOf(text)));
  return align === 'left' ? text + blanks : blanks + text;
}

/** Lines of at most `width` columns, broken at blanks, each after `indent`; a word longer than a line is cut into pieces. */
export function wrap(text: string, width: number, indent = ''): string {
  const room = Math.max(10, width - widthOf(indent));
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap((whole) => pieces(whole, room))) {
    if (line !== '' && widthOf(line) + 1 + widthOf(word) > room) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  lines.push(line);
  return lines.map((one) => `${indent}${one}`).join('\n');
}

function pieces(word: string, room: number): readonly string[] {
  if (widthOf(word) <= room) return [word];
  const parts: string[] = [];
  let part = '';
  for (const { segment } of segmenter.segment(word)) {
    if (widthOf(part) + widthOf(segment) > room) {
      parts.push(part);
      part = '';
    }
    part += segment;
  }
  return [...parts, part];
}

/** A command to paste. Where it is too long for a line it goes on in the next one in a way that a shell understands. */
export function wrapCommand(command: string, width: number, indent: string): string {
  if (widthOf(indent) + widthOf(command) <= width) return indent + command;
  const lines: string[] = [];
  let line = indent;
  for (const word of command.match(/'(?:[^']|'\\'')*'|\S+/g) ?? []) {
    if (line.trim() !== '' && widthOf(line) + 1 + widthOf(word) + 2 > width) {
      lines.push(`${line} \\`);
      line = `${indent}  ${word}`;
    } else line = line.trim() === '' ? line + word : `${line} ${word}`;
  }
  return [...lines, line].join('\n');
}
