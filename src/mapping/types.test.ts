import { describe, expect, it } from 'vitest';
import type { FieldType } from '../model/object-type.ts';
import { field } from './testing.ts';
import { cellOf, fieldTypes, targetsOf, typeOf, typeWords, wayOf } from './types.ts';

/** The vendor's published table, row by row: what may be written to a text, drop-down, decimal, check box, date and numeric field. */
const columns: readonly FieldType[] = ['text', 'option', 'decimal', 'boolean', 'date', 'integer'];
const rows: Readonly<Record<string, readonly FieldType[]>> = {
  id: ['text'],
  text: ['text'],
  phone: ['text'],
  email: ['text'],
  options: ['text'],
  option: ['text', 'option'],
  currency: ['text', 'decimal'],
  decimal: ['text', 'decimal'],
  boolean: ['text', 'boolean'],
  datetime: ['text', 'date'],
  date: ['text', 'date'],
  integer: ['text', 'integer'],
};
/** Beyond the vendor's, in the same columns. */
const beyond: Readonly<Record<string, readonly FieldType[]>> = {
  url: ['text'],
  longtext: ['text'],
  time: ['text'],
  percent: ['text', 'decimal'],
  integer: ['decimal'],
  reference: ['text'],
  set: ['text'],
};

describe("the vendor's type table", () => {
  for (const source of fieldTypes)
    for (const target of columns) {
      const vendors = rows[source]?.includes(target) === true;
      const ours = beyond[source]?.includes(target) === true;
      it(`${source} to ${target}: ${vendors ? 'allowed' : ours ? 'allowed, beyond the vendor' : 'refused'}`, () => {
        expect(cellOf(source, target)).toBe(vendors ? 'vendor' : ours ? 'beyond' : null);
      });
    }

  it('takes nothing out of an encrypted or a compound field, and writes no id, reference, encrypted or compound field', () => {
    for (const type of fieldTypes) {
      expect(cellOf('encrypted', type)).toBeNull();
      expect(cellOf('other', type)).toBeNull();
      for (const target of ['id', 'reference', 'encrypted', 'other'] as const) expect(cellOf(type, target)).toBeNull();
    }
  });

  it('writes every kind of text to a long text as it writes it to a text', () => {
    for (const type of fieldTypes) expect(cellOf(type, 'longtext')).toBe(cellOf(type, 'text'));
  });
});

describe('the type that a field counts as', () => {
  it('is a whole number where a decimal has no digits after the point, but an amount of money stays one', () => {
    expect(typeOf(field('a', 'decimal', { scale: 0 }))).toBe('integer');
    expect(typeOf(field('a', 'decimal', { scale: 2 }))).toBe('decimal');
    expect(typeOf(field('a', 'currency', { scale: 0 }))).toBe('currency');
  });

  it("is said with the vendor's own word", () => {
    expect(typeWords(field('a', 'option', { vendorType: 'picklist' }))).toBe('list with one choice (picklist)');
    expect(targetsOf('encrypted')).toBe('nothing');
  });
});

describe('named converters', () => {
  it('open the pairs that they are made for', () => {
    expect(wayOf('text', 'integer')).toBeNull();
    expect(wayOf('text', 'integer', 'number')).toBe('number');
    expect(wayOf('currency', 'integer')).toBeNull();
    expect(wayOf('currency', 'integer', 'round')).toBe('round');
  });

  it('open no other pair', () => {
    expect(wayOf('boolean', 'integer', 'number')).toBeNull();
    expect(wayOf('text', 'option', 'lower')).toBeNull();
    expect(wayOf('boolean', 'boolean', 'round')).toBe('vendor');
  });
});
