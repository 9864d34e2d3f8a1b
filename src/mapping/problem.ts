/** Something wrong with a sync's settings, in words that an administrator understands at first reading. */
export interface Problem {
  /** Where, from the sync down: `['fields', 2, 'desk']`. */
  readonly path: readonly (string | number)[];
  /** What is wrong, with the names of the sync, the fields and both types. */
  readonly problem: string;
  /** What would be right. */
  readonly fix: string;
  /** The field that is not there, or not ours to write, where that is what is wrong. */
  readonly lacks?: { readonly side: 'crm' | 'desk'; readonly name: string };
}

/** Up to three of `names` that a person may have meant by `name`, the likeliest first. */
export function nearest(name: string, names: readonly string[]): readonly string[] {
  const wanted = plain(name);
  const limit = Math.max(2, Math.floor(wanted.length / 3));
  const scored = names.map((candidate) => ({ candidate, distance: distanceOf(wanted, plain(candidate)) }));
  return scored
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}

/** `Did you mean Industry?` where something is near, else the list itself, shortened. */
export function didYouMean(name: string, names: readonly string[], noun: string): string {
  const near = nearest(name, names);
  if (near.length > 0) return `Did you mean ${listed(near, 'or')}?`;
  if (names.length === 0) return `There are no ${noun}.`;
  const shown = names.slice(0, 12).join(', ');
  return `The ${noun} are: ${shown}${names.length > 12 ? `, … (${names.length} in all)` : ''}.`;
}

export function listed(words: readonly string[], joint: 'and' | 'or'): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} ${joint} ${words.at(-1)}`;
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[\s_.-]|__c$/g, '');
}

/** How many signs must be added, dropped, changed or swapped with their neighbour to get from one text to the other. */
function distanceOf(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + change);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, (before[j - 2] ?? 0) + 1);
      next.push(best);
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? 0;
}
