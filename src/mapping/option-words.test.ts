import { describe, expect, it } from 'vitest';
import { notAnOption } from './option-words.ts';
import { field, options } from './testing.ts';

describe('a value that is none of the options', () => {
  const industry = field('Industry', 'option', { options: options('Banking', 'Energy') });

  it('is answered with what may have been meant', () => {
    expect(notAnOption(industry, 'Bankin')).toEqual({ because: '', fix: 'Did you mean Banking?' });
    expect(notAnOption(industry, 'Space travel').fix).toBe('The options are: Banking, Energy.');
  });

  const recordType = field('RecordTypeId', 'option', {
    options: [{ value: '0124S0000005abcQAA', label: 'Tickets', active: true }],
    mistaken: { '00D': 'the id of an org' },
  });

  it('is named for what it is where that is known, and ids are told with their names', () => {
    expect(notAnOption(recordType, '00D4S000000oz4eUAA')).toEqual({
      because: ': it is the id of an org',
      fix: 'The options are: 0124S0000005abcQAA (Tickets).',
    });
  });

  it('that is nearly one of them may be a shorter form of it', () => {
    expect(notAnOption(recordType, '0124S0000005abc')).toEqual({
      because: '',
      fix: 'Did you mean 0124S0000005abcQAA?',
    });
  });
});
