import { describe, expect, it } from 'vitest';
import { checkConfig } from '../src/app/config/check.ts';
import { loadConfig } from '../src/app/config/load.ts';
import { cellOf } from '../src/mapping/types.ts';
import type { FieldType } from '../src/model/object-type.ts';
import { systems } from '../src/systems/index.ts';
import { filesOf, textOf } from './source-text.ts';

/** Configs that documents show, held to what `check` says. */

const environment = { SF_ID: 'id', SF_SECRET: 'secret', ZD_ID: 'id', ZD_SECRET: 'secret' };

/**
 * The YAML of a document that is a config, and with it each block that shows syncs alone, put into that config in the place of its own.
 */
function configsOf(path: string): readonly { readonly line: number; readonly yaml: string }[] {
  const blocks = [...textOf(path).matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map((match) => ({
    line: textOf(path).slice(0, match.index).split('\n').length + 1,
    yaml: match[1] ?? '',
  }));
  const whole = blocks.filter(({ yaml }) => yaml.startsWith('version: 1'));
  const top = whole[0]?.yaml.split(/^syncs:/m)[0] ?? '';
  const parts = blocks.filter(({ yaml }) => yaml.startsWith('syncs:'));
  return [...whole, ...parts.map(({ line, yaml }) => ({ line, yaml: top + yaml }))];
}

describe('configs in documents', () => {
  const shown = [...filesOf('*.md'), ...filesOf('docs/*.md')].flatMap((path) =>
    configsOf(path).map((config) => ({ path, ...config })),
  );

  it('are there to be checked', () => {
    expect(shown.length).toBeGreaterThan(6);
  });

  it.each(shown)('$path:$line is one that `check` has nothing against', async ({ path, yaml }) => {
    const { config, problems, source } = loadConfig(yaml, path, environment);
    expect(problems).toEqual([]);
    expect(config && (await checkConfig(config, { systems, source }))).toEqual([]);
  });
});

describe('the table of types in docs/salesforce-zendesk-data-sync.md', () => {
  const sources: Readonly<Record<string, FieldType>> = {
    ID: 'id',
    Text: 'text',
    'Text area, long, rich': 'longtext',
    'E-mail': 'email',
    Phone: 'phone',
    URL: 'url',
    Picklist: 'option',
    'Multi-select picklist': 'options',
    Currency: 'currency',
    Percent: 'percent',
    'Number with decimals': 'decimal',
    'Number without': 'integer',
    Checkbox: 'boolean',
    Date: 'date',
    'Date/Time': 'datetime',
    Time: 'time',
    Lookup: 'reference',
    'Text, encrypted': 'encrypted',
  };
  const targets: Readonly<Record<string, FieldType>> = {
    text: 'text',
    'multi-line': 'longtext',
    'drop-down': 'option',
    'multi-select': 'options',
    decimal: 'decimal',
    numeric: 'integer',
    checkbox: 'boolean',
    date: 'date',
    tags: 'set',
  };
  const signs = { vendor: '✓', beyond: '+' } as const;

  it('says what the mapping does', () => {
    const [, text = ''] =
      /^### Which type goes into which\n([\s\S]*?)^## /m.exec(textOf('docs/salesforce-zendesk-data-sync.md')) ?? [];
    const rows = [...text.matchAll(/^\|(.*)\|$/gm)].map(([, row = '']) => row.split('|').map((cell) => cell.trim()));
    const [head = [], , ...body] = rows;
    expect(head.slice(1)).toEqual(Object.keys(targets));
    expect(body).toEqual(
      Object.entries(sources).map(([name, source]) => {
        const cells = Object.values(targets).map((target) => cellOf(source, target));
        return [name, ...cells.map((cell) => (cell === null ? '' : signs[cell]))];
      }),
    );
  });
});
