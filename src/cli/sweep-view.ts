import type { SweepReport } from '../app/app.ts';
import type { Paint } from './render/paint.ts';
import { clean, wrap } from './render/text.ts';
import { counted, number } from './render/words.ts';

type Figures = SweepReport['syncs'][string];

/** Pairs that nothing explains, and links that wait for a person or fail. */
export function leftBySweep({ syncs }: SweepReport): number {
  return Object.values(syncs).reduce((sum, { differ, waiting }) => sum + differ + waiting, 0);
}

/** So many examples are shown of each sync. */
const shown = 10;

export function sweepText({ syncs }: SweepReport, width: number, paint: Paint): string {
  const texts = Object.entries(syncs).map(([name, figures]) =>
    [headline(clean(name), figures, paint), ...details(figures)]
      .map((line, i) => wrap(line, width, i === 0 ? '' : '  '))
      .concat(examples(figures, width))
      .join('\n'),
  );
  return texts.length === 0 ? 'No sync is configured.\n' : `${texts.join('\n\n')}\n`;
}

/** `accounts: 214,331 pairs, 99.98 % equal, 37 differ, each explained` */
function headline(name: string, { pairs, equal, differ }: Figures, paint: Paint): string {
  if (pairs === 0) return `${name}: no pairs yet`;
  const others = pairs - equal;
  const share = `${number(pairs)} ${pairs === 1 ? 'pair' : 'pairs'}, ${percent(equal, pairs)} equal`;
  if (others === 0) return `${name}: ${paint('green', share)}`;
  const unexplained = differ === 0 ? 'each explained' : `${number(differ)} of them without a reason`;
  return `${name}: ${share}, ${paint(differ === 0 ? 'yellow' : 'red', `${number(others)} ${others === 1 ? 'differs' : 'differ'}, ${unexplained}`)}`;
}

/** Never 100 % where one is missing. */
export function percent(equal: number, pairs: number): string {
  return equal === pairs ? '100 %' : `${(Math.floor((10_000 * equal) / pairs) / 100).toFixed(2)} %`;
}

function details({ repaired, found, orphans, why, whyAlone }: Figures): readonly string[] {
  const unseen = found.crm + found.desk;
  const alone = orphans.crm + orphans.desk;
  return [
    ...(unseen > 0 ? [`${counted(unseen, 'record')} had changed unseen (${sides(found)})`] : []),
    ...(repaired > 0 ? [`${counted(repaired, 'pair was', 'pairs were')} brought in step`] : []),
    ...(Object.keys(why).length > 0 ? [`why they differ: ${reasons(why)}`] : []),
    ...(alone > 0
      ? [`${counted(alone, 'record has', 'records have')} no twin (${sides(orphans)}): ${reasons(whyAlone)}`]
      : []),
  ];
}

function sides({ crm, desk }: Figures['orphans']): string {
  return [...(crm > 0 ? [`${number(crm)} crm`] : []), ...(desk > 0 ? [`${number(desk)} desk`] : [])].join(', ');
}

/** `30 drift, 7 lossy`: most first. */
function reasons(why: Figures['why']): string {
  const most = Object.entries(why).toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  return most.map(([reason, count]) => `${number(count)} ${reason}`).join(', ');
}

function examples({ examples: all, why, whyAlone }: Figures, width: number): readonly string[] {
  const total = [...Object.values(why), ...Object.values(whyAlone)].reduce((sum, count) => sum + count, 0);
  const lines = all.slice(0, shown).map(({ why: reason, say }) => bullet(clean(`${reason}: ${say}`), width));
  const more = total - lines.length;
  const hint = more > 0 ? [wrap(`… and ${number(more)} more; --json shows up to a hundred of them`, width, '  ')] : [];
  return [...lines, ...(lines.length > 0 ? hint : [])];
}

function bullet(text: string, width: number): string {
  return `  - ${wrap(text, width, '    ').slice(4)}`;
}
