import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from './json.ts';
import { renderLiquid } from './liquid.ts';

const values: Readonly<Record<string, Json>> = {
  name: 'Ada',
  priority: 'High',
  empty: '',
  tags: ['vip', 'late'],
  count: 3,
};
const render = (template: string): string =>
  renderLiquid(template, {
    lookUp: (name) => (Object.hasOwn(values, name) ? values[name] : undefined),
    write: (text) => text,
  });

describe('liquid', () => {
  it.each([
    ['plain { text } stays', 'plain { text } stays'],
    ['{{name}} {{ name }} {{nobody}}!', 'Ada Ada !'],
    ['{% if name %}yes{% endif %}', 'yes'],
    ['{% if nobody %}yes{% else %}no{% endif %}', 'no'],
    ['{% if name == "Bob" %}b{% elsif name == "Ada" %}a{% elsif name %}c{% endif %}', 'a'],
    ['{% if priority == "High" and count > 2 %}both{% endif %}', 'both'],
    ['{% if priority == "Low" or count <= 3 %}one{% endif %}', 'one'],
    ['{% if tags contains "vip" %}vip{% endif %}', 'vip'],
    ['{% if empty == blank %}blank{% endif %}', 'blank'],
    ['{% unless name == "Ada" %}not Ada{% endunless %}', ''],
    ['{% if nobody %}{% if name %}x{% endif %}y{% endif %}z', 'z'],
    ['{% case priority %}{% when "Low" %}l{% when "High", "Urgent" %}h{% else %}e{% endcase %}', 'h'],
    ['{{ nobody | default: "none" | upcase }}', 'NONE'],
    ['{{ name | append: " | " | prepend: "<" | escape }}', '&lt;Ada | '],
    ['{{ tags | join: "+" }} {{ tags | size }} {{ tags | first }}', 'vip+late 2 vip'],
    ['{{ "a,b" | split: "," | last }} {{ name | replace: "A", "a" | truncate: 10 }}', 'b ada'],
    ['{%- if name -%}tight{%- endif -%}', 'tight'],
    ['{{ name | unknown }} {% nothing %}{% endif %}', 'Ada '],
    ['{% if name %}never closed', 'never closed'],
  ])('%s', (template, text) => {
    expect(render(template)).toBe(text);
  });

  it('never fails, whatever is written', () => {
    const part = fc.constantFrom(
      '{{',
      '}}',
      '{%',
      '%}',
      ' if ',
      'endif',
      'else',
      '"',
      "'",
      '|',
      'name',
      ' == ',
      'and ',
      ':',
      'x',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 25 }), (parts) => {
        expect(typeof render(parts.join(''))).toBe('string');
      }),
      { seed: 20_261_120 },
    );
  });
});
