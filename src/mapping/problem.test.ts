import { describe, expect, it } from 'vitest';
import { didYouMean, listed } from './problem.ts';

describe('a suggestion', () => {
  it('gives what is near, whatever the case, the signs between words and the ending of custom fields', () => {
    expect(didYouMean('industy', ['Industry', 'Name'], 'fields')).toBe('Did you mean Industry?');
    expect(didYouMean('Region', ['Region__c', 'Name'], 'fields')).toBe('Did you mean Region__c?');
    expect(didYouMean('domainNames', ['domain_names'], 'fields')).toBe('Did you mean domain_names?');
    expect(didYouMean('nmae', ['name'], 'fields')).toBe('Did you mean name?');
  });

  it('gives the list where nothing is near', () => {
    expect(didYouMean('quantity', ['a', 'b'], 'fields')).toBe('The fields are: a, b.');
    expect(didYouMean('quantity', [], 'fields')).toBe('There are no fields.');
  });

  it('joins words as people do', () => {
    expect(listed(['a', 'b', 'c'], 'or')).toBe('a, b or c');
    expect(listed(['a'], 'and')).toBe('a');
  });
});
