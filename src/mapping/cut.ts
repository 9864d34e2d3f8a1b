const signs = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * At most `longest` UTF-16 units, the last of them an ellipsis; nothing that people see as one sign (an emoji, a letter with its accents) is cut in half.
 * With an `end`, such as the address where all of it can be read, that follows the ellipsis, unless it would leave less than half of the room.
 */
export function cut(text: string, longest: number, end = ''): string {
  if (longest < 1) return '';
  const tail = end === '' || end.length + 2 > longest / 2 ? '…' : `… ${end}`;
  return `${beginning(text, longest - tail.length)}${tail}`;
}

/** True where `shorter` is what `cut` makes of the text with some end. */
export function isCutOf(shorter: string, text: string, longest: number): boolean {
  const at = shorter.lastIndexOf('…');
  if (at === -1 || shorter.length > longest) return false;
  return shorter === cut(text, longest, shorter.slice(at + 2));
}

function beginning(text: string, longest: number): string {
  let kept = 0;
  for (const { index, segment } of signs.segment(text)) {
    if (index + segment.length > longest) break;
    kept = index + segment.length;
  }
  return text.slice(0, kept).trimEnd();
}
