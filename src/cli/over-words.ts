import type { HistoryField } from '../model/history.ts';

const winners = {
  crm: 'the policy "crm"',
  desk: 'the policy "desk"',
  newest: 'the policy "newest"',
  expression: 'an expression',
  source: 'the source of a one-way field',
  answer: 'a person’s answer',
  onMatch: 'the rule of a first meeting',
} as const;

/** `, overruled by the policy "desk": newest: too close to call (0.4 s apart), then desk`; '' where nothing was overruled. */
export function overWords({ over }: HistoryField): string {
  if (over === undefined) return '';
  return `, overruled by ${winners[over.policy]}${over.note === undefined ? '' : `: ${over.note}`}`;
}
