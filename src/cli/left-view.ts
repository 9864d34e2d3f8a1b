import type { Left } from '../app/app.ts';
import type { View } from './plan/head-view.ts';
import { clean, wrap } from './render/text.ts';
import { counted } from './render/words.ts';

/** Of what is left, so many records are named; JSON has all of them. */
const named = 20;

/** What was not done, record by record, with the reason; empty where all was. */
export function leftText(left: readonly Left[], { width, paint }: View): string {
  if (left.length === 0) return '';
  const records = left
    .slice(0, named)
    .flatMap(({ sync, name, why }) => [
      wrap(paint('bold', clean(`${name}, ${sync}`)), width, '  '),
      wrap(clean(why), width, '    '),
    ]);
  const more =
    left.length > named
      ? [wrap(`… and ${counted(left.length - named, 'more', 'more')}; --json has all of them`, width, '  ')]
      : [];
  return [wrap(`${counted(left.length, 'record was', 'records were')} left:`, width), ...records, ...more, '', ''].join(
    '\n',
  );
}
