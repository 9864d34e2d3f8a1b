const signs = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** At most `longest` UTF-16 units, the last of them an ellipsis; nothing that people see as one sign (an emoji, a letter with its accents) is cut in half. */
export function cut(text: string, longest: number): string {
  if (longest < 1) return '';
  let kept = 0;
  for (const { index, segment } of signs.segment(text)) {
    if (index + segment.length > longest - 1) break;
    kept = index + segment.length;
  }
  return `${text.slice(0, kept).trimEnd()}…`;
}
