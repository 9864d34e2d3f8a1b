import { describe, expect, it } from 'vitest';
import type { Option } from '../model/object-type.ts';
import { compileSync, type SyncInput } from './compile.ts';
import { account, field, objectType, options, organization, syncInput } from './testing.ts';

function problems(given: Partial<SyncInput>): readonly string[] {
  return compileSync(syncInput(given)).problems.map(({ path, problem, fix }) => `${path.join('.')}: ${problem} ${fix}`);
}
const nameRule = { crm: 'Name', desk: 'name' };

describe('a sound sync', () => {
  it('becomes a setup with its rules, criteria, marks and the fields that it reads', () => {
    const { setup, problems: none } = compileSync(
      syncInput({
        fields: [
          nameRule,
          { crm: 'Industry', desk: 'industry', direction: 'both', conflict: 'ask', values: { Banking: 'banking' } },
          { desk: 'active', default: true },
        ],
        filter: { crm: { any: [{ field: 'Employees', op: 'greater', value: 10 }] } },
        writeBack: { crm: { field: 'Notes__c' } },
        update: ['crm', 'desk'],
      }),
    );
    expect(none).toEqual([]);
    expect(setup?.rules.map((rule) => [rule.id, rule.conflict])).toEqual([
      ['Name → name', ['newest', 'crm']],
      ['Industry ↔ industry', ['ask']],
      ['→ active', ['newest', 'crm']],
    ]);
    expect(setup?.reads).toEqual({
      crm: ['Employees', 'Industry', 'Name', 'Notes__c'],
      desk: ['active', 'external_id', 'industry', 'name'],
    });
    expect(setup?.mark).toEqual({ crm: null, desk: { field: 'external_id', style: 'id' } });
    expect(setup?.writeBack).toEqual({ crm: { field: 'Notes__c', when: 'first' }, desk: null });
    expect(setup?.within('crm', { Employees: 11 })).toBe(true);
    expect(setup?.within('crm', { Employees: 10 })).toBe(false);
    expect(setup?.match[0]?.keys('desk', 'ACME ')).toEqual(['acme']);
  });

  it('has another hash when anything that it writes may differ, options included', () => {
    const hash = (given: Partial<SyncInput>): string | undefined => compileSync(syncInput(given)).setup?.hash;
    const base = syncInput();
    const more = account.fields.map((one) =>
      one.name === 'Industry' ? { ...one, options: options('Banking', 'Energy', 'Retail', 'Food') } : one,
    );
    const industry = { fields: [nameRule, { crm: 'Industry', desk: 'industry' }] };
    expect(hash({})).toBe(hash({}));
    expect(hash({ filter: { crm: { all: [{ field: 'Name', op: 'is-not-empty' }] } } })).not.toBe(hash({}));
    expect(hash({ ...industry, crm: { ...base.crm, type: objectType('Account', more) } })).not.toBe(hash(industry));
    // Who wins is asked where a conflict is held, and makes nothing else due.
    expect(hash({ conflict: ['ask'] })).toBe(hash({}));
  });

  it('gives the mark up where a rule writes the field that would take it', () => {
    const { setup } = compileSync(syncInput({ fields: [nameRule, { crm: 'Id', desk: 'external_id' }] }));
    expect(setup?.mark.desk).toBeNull();
    expect(compileSync(syncInput({ mark: 'off' })).setup?.mark.desk).toBeNull();
  });
});

describe('field rules that are refused', () => {
  it('name a field that does not exist, with the nearest names', () => {
    expect(problems({ fields: [nameRule, { crm: 'Industy', desk: 'industry' }] })).toEqual([
      'fields.1.crm: Sync accounts: Crm Account has no field "Industy". Did you mean Industry?',
    ]);
  });

  it('map types that do not fit, with both types', () => {
    expect(problems({ fields: [nameRule, { crm: 'Name', desk: 'employees' }] })).toEqual([
      'fields.1: Sync accounts: Crm Account "Name" is a text, which cannot be written to Desk organization "employees", a whole number (integer). Map it to a field of one of these types: text, long text, e-mail address, phone number, web address, set of texts, or add "convert: number", which reads a number out of a text.',
    ]);
    expect(problems({ fields: [nameRule, { crm: 'Secret', desk: 'details' }] })[0]).toContain(
      'encrypted text (encryptedstring)',
    );
    expect(
      problems({
        fields: [nameRule, { crm: 'Active', desk: 'details', direction: 'both' }],
        update: ['crm', 'desk'],
      })[0],
    ).toContain('one way only (direction: crm-to-desk)');
  });

  it('write one field twice, unless all of them append or keep to their own members', () => {
    const twice = [nameRule, { crm: 'Description', desk: 'details' }, { crm: 'Website', desk: 'details' }];
    expect(problems({ fields: twice })).toEqual([
      'fields.2.desk: Sync accounts: two rules write Desk organization "details": from "Description" and from "Website". Keep one of them, or say merge: append or merge: set in both where the field holds several values.',
    ]);
    const tags = [
      nameRule,
      { crm: 'Industry', desk: 'tags', merge: 'append' as const },
      { crm: 'Regions', desk: 'tags', merge: 'set' as const },
      { desk: 'tags', from: "['crm']", merge: 'set' as const },
    ];
    expect(problems({ fields: tags })).toEqual([]);
    expect(problems({ fields: [...tags, { crm: 'Website', desk: 'tags', convert: 'domain' }] })[0]).toContain(
      'two rules write Desk organization "tags"',
    );
  });

  it('leave out what a new record must have', () => {
    expect(problems({ fields: [{ crm: 'Description', desk: 'details' }] })[0]).toContain(
      'Desk organization needs "name" when a record is created',
    );
    expect(problems({ fields: [{ crm: 'Description', desk: 'details' }], create: [] })).toEqual([]);
  });

  it('write what cannot be written', () => {
    expect(problems({ fields: [nameRule, { crm: 'Website', desk: 'url' }] })[0]).toContain('Desk sets it itself');
  });

  it('turn a map round that cannot be turned round, or map to options that do not exist', () => {
    const both = { direction: 'both' as const, update: ['crm', 'desk'] as const };
    expect(
      problems({
        ...both,
        create: [],
        fields: [nameRule, { crm: 'Industry', desk: 'industry', values: { Banking: 'banking', Energy: 'banking' } }],
      })[0],
    ).toContain('"Banking" and "Energy" all become "banking"');
    expect(
      problems({ fields: [nameRule, { crm: 'Industry', desk: 'industry', values: { Bankng: 'enrgy' } }] }),
    ).toEqual([
      'fields.1.values: Sync accounts: the value "Bankng" is not an option of Crm Account "Industry". Did you mean Banking?',
      'fields.1.values: Sync accounts: "Bankng" is mapped to a value that does not exist: "enrgy" is not an option of Desk organization "industry". Did you mean energy?',
    ]);
  });

  it('make no sense', () => {
    expect(problems({ fields: [nameRule, { crm: 'Name', desk: 'details', merge: 'set' }] })[0]).toContain(
      'merge: set needs a field that holds several values',
    );
    expect(problems({ fields: [nameRule, { crm: 'Name', desk: 'details', merge: 'append' }] })[0]).toContain(
      'holds several values',
    );
    expect(problems({ fields: [nameRule, { desk: 'active' }] })[0]).toContain('no constant');
    expect(problems({ fields: [nameRule, { desk: 'employees', default: 'many' }] })[0]).toContain('does not fit');
    expect(problems({ fields: [nameRule, {}] })[0]).toContain('names no field');
    expect(problems({ fields: [nameRule, { crm: 'Active', desk: 'active', convert: 'round' }] })[0]).toContain(
      'of no use',
    );
    expect(problems({ fields: [nameRule, { crm: 'Description', desk: 'details', conflict: 'newst' }] })[0]).toContain(
      '"newst"',
    );
    expect(problems({ fields: [] })[0]).toContain('no field is mapped');
  });
});

describe('options that come and go in a system', () => {
  const desk = syncInput().desk;
  const industry = (...found: readonly Option[]): SyncInput['desk'] => ({
    ...desk,
    type: objectType(
      'organization',
      organization.fields.map((one) => (one.name === 'industry' ? { ...one, options: found } : one)),
    ),
  });
  const fields = [nameRule, { crm: 'Industry', desk: 'industry', values: { Banking: 'banking', Energy: 'energy' } }];

  it('are named where one that is mapped is gone or switched off; a new one is no problem', () => {
    expect(problems({ fields, desk: industry(...options('banking', 'energy', 'food')) })).toEqual([]);
    expect(problems({ fields, desk: industry(...options('banking', 'food')) })).toEqual([
      'fields.1.values: Sync accounts: "Energy" is mapped to a value that does not exist: "energy" is not an option of Desk organization "industry". The options are: banking, food.',
    ]);
    const off = { value: 'energy', label: 'Energy', active: false };
    expect(problems({ fields, desk: industry(...options('banking'), off) })[0]).toContain(
      '"energy" was an option of Desk organization "industry" and is switched off. The options are: banking.',
    );
  });

  it('hold that one field while its value is unmapped; the others go on', () => {
    const { setup } = compileSync(syncInput({ fields }));
    expect(setup?.rules[0]?.convert('desk', 'Acme', 'x')).toEqual({ ok: true, value: 'Acme' });
    expect(setup?.rules[1]?.convert('desk', 'Retail', 'energy')).toEqual({
      ok: false,
      say: 'Crm Industry "Retail" cannot be written to Desk industry (now "energy"): "Retail" has no entry under "values"; add one, or say other: keep.',
    });
  });
});

describe('a rule that replaces all tags', () => {
  it('keeps those by which a drop-down and a ticked check box of the same record stand', () => {
    const desk = {
      ...organization,
      fields: [
        ...organization.fields,
        field('custom.plan', 'option', { options: options('gold') }),
        field('custom.vip', 'boolean', { tag: 'is_vip' }),
      ],
    };
    const { setup } = compileSync(
      syncInput({
        desk: { ...syncInput().desk, type: desk },
        fields: [nameRule, { desk: 'tags', from: "['sf_' + crm.Industry.lowerAscii()]", merge: 'replace' }],
      }),
    );
    expect(setup?.rules[1]?.convert('desk', ['sf_energy'], ['gold', 'is_vip', 'old'])).toEqual({
      ok: true,
      value: ['gold', 'is_vip', 'sf_energy'],
    });
  });
});

describe('a rule with an expression', () => {
  const rule = { desk: 'tags', from: "['sf_' + crm.Industry.lowerAscii()]", merge: 'set' as const };

  it('is a rule over a field that the expression makes', () => {
    const { setup } = compileSync(syncInput({ fields: [nameRule, rule, { desk: 'details', from: rule.from }] }));
    expect(setup?.rules.slice(1).map(({ id, crm, desk }) => [id, crm, desk])).toEqual([
      [`=${rule.from} → tags`, `=${rule.from}`, 'tags'],
      [`=${rule.from} → details`, `=${rule.from}`, 'details'],
    ]);
    expect(setup?.computed.desk).toEqual([]);
    expect(setup?.computed.crm.map(({ name, reads }) => [name, reads])).toEqual([[`=${rule.from}`, ['Industry']]]);
    expect(setup?.reads.crm).toEqual(['Industry', 'Name']);
    const made = setup?.computed.crm[0]?.value({ Industry: 'Energy' });
    expect(made).toEqual({ ok: true, value: ['sf_energy'] });
    expect(setup?.rules[1]?.convert('desk', ['sf_energy'], ['theirs', 'sf_banking'], ['sf_banking'])).toEqual({
      ok: true,
      value: ['sf_energy', 'theirs'],
    });
  });

  it('gives the value of a choice, several of them, or what a record alone decides', () => {
    const written = (desk: string, from: string): unknown => {
      const { setup, problems: found } = compileSync(syncInput({ fields: [nameRule, { desk, from }] }));
      const made = setup?.computed.crm[0]?.value({ Active: true, Name: 'Acme' });
      return made?.ok === true ? setup?.rules[1]?.convert('desk', made.value, null) : found[0]?.problem;
    };
    expect(written('industry', "crm.Active ? 'banking' : 'energy'")).toEqual({ ok: true, value: 'banking' });
    expect(written('industry', "crm.Active ? 'bank' : 'energy'")).toEqual({
      ok: false,
      say: `the result of crm.Active ? 'bank' : 'energy': "bank" cannot be written to Desk industry (now empty): "bank" is not one of its options; map it under "values".`,
    });
    expect(written('employees', 'crm.Active ? dyn(1) : dyn(null)')).toEqual({ ok: true, value: 1 });
    expect(written('employees', 'crm.Active ? dyn(crm.Name) : dyn(null)')).toMatchObject({ ok: false });
  });

  it('goes through the same steps as a field', () => {
    const { setup } = compileSync(
      syncInput({
        fields: [nameRule, { desk: 'industry', from: 'crm.Name.lower()', values: { acme: 'banking', other: 'keep' } }],
      }),
    );
    expect(setup?.rules[1]?.convert('desk', 'acme', null)).toEqual({ ok: true, value: 'banking' });
    expect(setup?.rules[1]?.convert('desk', 'apex', null)).toEqual({ ok: true, leave: true });
  });

  it('says its direction where the sync flows both ways, and names the field that it writes', () => {
    const both = { direction: 'both' as const, create: [], update: ['crm', 'desk'] as const };
    expect(problems({ ...both, fields: [nameRule, rule] })).toEqual([
      'fields.1.direction: Sync accounts: an expression goes one way, and the rule does not say which. Add "direction: crm-to-desk" to the rule.',
    ]);
    expect(problems({ ...both, fields: [nameRule, { ...rule, direction: 'crm-to-desk' }] })).toEqual([]);
    const back = { crm: 'Description', from: "desk.name + '!'", direction: 'desk-to-crm' as const };
    expect(problems({ ...both, fields: [nameRule, back] })).toEqual([]);
    expect(problems({ fields: [nameRule, { crm: 'Description', from: 'desk.name' }] })[0]).toContain(
      'flows crm-to-desk, away from the field that it writes',
    );
    expect(problems({ fields: [nameRule, { crm: 'Name', desk: 'details', from: "'x'" }] })[0]).toContain(
      'its value would come from two places',
    );
    expect(problems({ fields: [nameRule, { from: "'x'" }] })[0]).toContain('names no field to write');
  });

  it('is refused with both types where its result does not fit', () => {
    expect(problems({ fields: [nameRule, { desk: 'employees', from: 'crm.Name' }] })).toEqual([
      'fields.1: Sync accounts: the expression "crm.Name" gives a text, which cannot be written to Desk organization "employees", a whole number (integer). Map it to a field of one of these types: text, long text, e-mail address, phone number, web address, set of texts, or add "convert: number", which reads a number out of a text.',
    ]);
    expect(problems({ fields: [nameRule, { desk: 'details', from: "{'a': 1}" }] })[0]).toContain(
      'gives a map<string, int>, which no field takes; Desk organization "details" is a long text (longtext).',
    );
    expect(problems({ fields: [nameRule, { desk: 'details', from: 'crm.Nmae' }] })[0]).toContain('Did you mean Name?');
  });

  it('reads custom fields that only the account knows, without a login', () => {
    const known = { is: 'standard' as const, custom: (name: string) => name.endsWith('__c') };
    const input = syncInput({ fields: [nameRule, { desk: 'details', from: "crm.New__c + 'x'" }] });
    expect(compileSync(input, known).problems).toEqual([]);
    expect(compileSync(input).problems).toHaveLength(1);
  });
});

describe('telephone numbers', () => {
  it('need a country that exists', () => {
    expect(problems({ phoneCountry: 'France' })[0]).toContain('"France" is no country. Give its two letters');
    const { setup } = compileSync(
      syncInput({ phoneCountry: 'FR', fields: [nameRule, { crm: 'Notes__c', desk: 'details', convert: 'phone' }] }),
    );
    expect(setup?.rules[1]?.convert('desk', '01 23 45 67 89', '')).toEqual({ ok: true, value: '+33123456789' });
  });
});

describe('sides, marks and write-backs that are refused', () => {
  it('do not fit the direction', () => {
    expect(problems({ create: ['crm', 'desk'] })[0]).toContain(
      'created on the crm side, but the direction is crm-to-desk',
    );
    expect(problems({ update: ['crm', 'desk'] })[0]).toContain('no field flows there');
    expect(
      problems({ fields: [nameRule, { crm: 'Website', desk: 'details', direction: 'desk-to-crm' }] })[0],
    ).toContain('neither "create" nor "update"');
    expect(problems({ create: [], update: [] })[0]).toContain('nothing would ever be written');
  });

  it('use a field that cannot take an id, or that a rule writes', () => {
    expect(problems({ writeBack: { crm: { field: 'Id' } } })[0]).toContain('sets it itself');
    expect(problems({ writeBack: { crm: { field: 'Active' } } })[0]).toContain('it is no text');
    expect(problems({ writeBack: { desk: { field: 'name' } } })[0]).toContain('target of a field rule as well');
    expect(problems({ mark: { desk: 'name' } })[0]).toContain('target of a field rule as well');
  });
});

describe('filters and criteria that are refused', () => {
  const filtered = (condition: {
    field: string;
    op: 'is' | 'greater' | 'between' | 'is-empty';
    value?: string | number | string[];
  }): string => problems({ filter: { crm: { all: [condition] } } })[0] ?? 'sound';

  it('name fields, operators and values that cannot be', () => {
    expect(filtered({ field: 'Typ', op: 'is', value: 'x' })).toContain('no field "Typ"');
    expect(filtered({ field: 'Secret', op: 'is', value: 'x' })).toContain('cannot be filtered');
    expect(filtered({ field: 'Active', op: 'greater', value: 1 })).toContain('"greater" does not go with');
    expect(filtered({ field: 'Active', op: 'is', value: 'yes' })).toContain('Give true or false');
    expect(filtered({ field: 'Employees', op: 'is', value: 'many' })).toContain('it is not a number');
    expect(filtered({ field: 'Since', op: 'greater', value: 'yesterday' })).toContain('2026-01-31');
    expect(filtered({ field: 'Industry', op: 'is', value: 'banking' })).toContain('Did you mean Banking?');
    expect(filtered({ field: 'Employees', op: 'between', value: '5' })).toContain('two values');
    expect(filtered({ field: 'Name', op: 'is' })).toContain('no value');
    expect(filtered({ field: 'Name', op: 'is-empty', value: 'x' })).toContain('takes no value');
    expect(filtered({ field: 'Industry', op: 'is', value: 'Banking,Energy' })).toBe('sound');
  });

  it('compare what cannot be compared', () => {
    expect(problems({ match: [{ crm: 'Active', desk: 'name' }] })[0]).toContain('only two values');
    expect(problems({ match: [{ crm: 'Name', desk: 'since' }] })[0]).toContain('never the same');
    expect(problems({ match: [] })[0]).toContain('no criterion');
  });
});

describe('without a login', () => {
  it('custom fields may exist, and options are not judged', () => {
    const known = { is: 'standard' as const, custom: (name: string) => name.endsWith('__c') };
    const fields = [
      nameRule,
      { crm: 'Region__c', desk: 'details' },
      { crm: 'Industry', desk: 'industry', values: { Mining: 'x' } },
    ];
    expect(compileSync(syncInput({ fields }), known).problems).toEqual([]);
    expect(compileSync(syncInput({ fields })).problems).toHaveLength(3);
    expect(
      compileSync(syncInput({ fields: [nameRule, { crm: 'Regoin', desk: 'details' }] }), known).problems,
    ).toHaveLength(1);
  });
});

describe('a field that can be set on creation only', () => {
  it('needs write: create', () => {
    const desk = {
      ...syncInput().desk,
      type: objectType('organization', [...organization.fields, field('kind', 'text', { settable: 'create' })]),
    };
    expect(problems({ desk, fields: [nameRule, { crm: 'Website', desk: 'kind' }] })[0]).toContain(
      'only when a record is created',
    );
    expect(problems({ desk, fields: [nameRule, { crm: 'Website', desk: 'kind', write: 'create' }] })).toEqual([]);
  });
});
