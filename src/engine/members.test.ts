import { describe, expect, it } from 'vitest';
import type { Value } from '../model/value.ts';
import { mix } from './members.ts';

const subsets: readonly (readonly string[])[] = [
  [],
  ['a'],
  ['b'],
  ['c'],
  ['a', 'b'],
  ['a', 'c'],
  ['b', 'c'],
  ['a', 'b', 'c'],
];
const sorted = (value: Value | readonly Value[]) => [...(Array.isArray(value) ? value : [])].map(String).sort();

/** Both sides write a member alike, or the desk in small letters; order does not count. */
const same = {
  convert: (_to: 'crm' | 'desk', from: Value) => ({ ok: true, value: from }) as const,
  normal: (_side: 'crm' | 'desk', value: Value | undefined) => sorted(value ?? null),
} as const;
const adding = {
  ...same,
  convert: (_to: 'crm' | 'desk', from: Value, current: Value | undefined) =>
    ({ ok: true, value: sorted([...sorted(current ?? null), ...sorted(from)]) }) as const,
} as const;
const other = {
  ...same,
  convert: (to: 'crm' | 'desk', from: Value) =>
    ({ ok: true, value: sorted(from).map((one) => (to === 'desk' ? one.toLowerCase() : one.toUpperCase())) }) as const,
};
function moveOf(member: string, now: readonly string[], base: readonly string[]): 'got' | 'lost' | 'stayed' {
  if (now.includes(member) === base.includes(member)) return 'stayed';
  return now.includes(member) ? 'got' : 'lost';
}

const upper = (members: readonly string[]) => members.map((one) => one.toUpperCase());

describe('a set that moved on both sides', () => {
  it('gets on each side what came on either and loses what went on either, in every combination of three members', () => {
    let count = 0;
    for (const base of subsets)
      for (const crm of subsets)
        for (const desk of subsets) {
          count += 1;
          const both = ['a', 'b', 'c'].filter((one) =>
            base.includes(one) ? crm.includes(one) && desk.includes(one) : crm.includes(one) || desk.includes(one),
          );
          const mixed = mix(same, { crm: { now: crm, base }, desk: { now: desk, base } });
          expect(mixed).toMatchObject({ ok: true, values: { crm: both, desk: both } });
          const renamed = mix(other, {
            crm: { now: upper(crm), base: upper(base) },
            desk: { now: desk, base },
          });
          expect(renamed).toMatchObject({ ok: true, values: { crm: upper(both), desk: both } });
        }
    expect(count).toBe(8 ** 3);
  });

  it('gets what came on either side, also where the other one lost it, and keeps to itself what neither touched: each against its own base', () => {
    let count = 0;
    for (const crmBase of subsets)
      for (const deskBase of subsets)
        for (const crm of subsets)
          for (const desk of subsets) {
            count += 1;
            const mixed = mix(same, { crm: { now: crm, base: crmBase }, desk: { now: desk, base: deskBase } });
            if (!mixed.ok) throw new Error(mixed.say);
            for (const member of ['a', 'b', 'c']) {
              const has = {
                crm: sorted(mixed.values.crm).includes(member),
                desk: sorted(mixed.values.desk).includes(member),
              };
              const [onCrm, onDesk] = [moveOf(member, crm, crmBase), moveOf(member, desk, deskBase)];
              if (onCrm === 'got' || onDesk === 'got') expect(has).toEqual({ crm: true, desk: true });
              else if (onCrm === 'lost' || onDesk === 'lost') expect(has).toEqual({ crm: false, desk: false });
              else expect(has).toEqual({ crm: crm.includes(member), desk: desk.includes(member) });
            }
            // Carried one after the other: the second side is still told what the first one had moved itself, and then both rest.
            const { values, bases } = mixed;
            const next = { crm: { now: crm, base: crm }, desk: { now: values.desk, base: bases.desk } };
            expect(mix(same, next)).toMatchObject({ values });
          }
    expect(count).toBe(8 ** 4);
  });

  it('loses nothing where the rule only adds', () => {
    for (const base of subsets)
      for (const crm of subsets)
        for (const desk of subsets) {
          const mixed = mix(adding, { crm: { now: crm, base }, desk: { now: desk, base } });
          if (!mixed.ok) throw new Error(mixed.say);
          expect(sorted(mixed.values.crm)).toEqual(expect.arrayContaining([...crm]));
          expect(sorted(mixed.values.desk)).toEqual(expect.arrayContaining([...desk]));
        }
  });

  it('is refused as a whole where one side has a member that the other cannot take', () => {
    const picky = {
      ...same,
      convert: (to: 'crm' | 'desk', from: Value) =>
        to === 'crm' && sorted(from).includes('c')
          ? ({ ok: false, say: '"c" has no entry' } as const)
          : ({ ok: true, value: from } as const),
    };
    const crm = { now: ['a', 'b'], base: ['a'] };
    expect(mix(picky, { crm, desk: { now: ['c'], base: ['a'] } })).toEqual({
      ok: false,
      from: 'desk',
      say: '"c" has no entry',
    });
    expect(mix(picky, { crm, desk: { now: [], base: ['a'] } })).toMatchObject({ ok: true, values: { crm: ['b'] } });
  });
});
