import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { checkConfig } from '../src/app/config/check.ts';
import { configJsonSchema } from '../src/app/config/json-schema.ts';
import { loadConfig } from '../src/app/config/load.ts';
import { holdReasons } from '../src/model/hold.ts';
import { presets } from '../src/presets/index.ts';
import { systems } from '../src/systems/index.ts';
import { filesOf, root, textOf } from './source-text.ts';

/** The documents, held to the code as far as a program can. */

const documents = filesOf('*.md').concat(filesOf('docs/*.md'), filesOf('src/**/*.md'));

/** The anchor that a heading gets: lower case, signs dropped, blanks as hyphens. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .trim()
    .replaceAll(' ', '-');
}

function headingsOf(path: string): readonly string[] {
  return [...textOf(path).matchAll(/^#+ (.+)$/gm)].map((match) => anchorOf(match[1] ?? ''));
}

describe('links between documents', () => {
  it('lead to files and headings that are there', () => {
    const dead = documents.flatMap((path) =>
      [...textOf(path).matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, target = '']) => {
        if (/^[a-z]+:/.test(target)) return [];
        const [file = '', anchor] = target.split('#');
        const to = file === '' ? path : normalize(join(dirname(path), file));
        if (!existsSync(join(root, to))) return [`${path}: ${target}`];
        return anchor === undefined || headingsOf(to).includes(anchor) ? [] : [`${path}: ${target}`];
      }),
    );
    expect(documents.length).toBeGreaterThan(8);
    expect(dead).toEqual([]);
  });
});

describe('docs/sync-spec.md', () => {
  it('names tests that are there', () => {
    const named = [...textOf('docs/sync-spec.md').matchAll(/`((?:src|test)\/[^`]+\.ts)` › “([^”]+)”/g)];
    const missing = named.flatMap(([, file = '', name = '']) => {
      const text = existsSync(join(root, file)) ? textOf(file) : '';
      return text.includes(name) && /\b(?:it|test)\b/.test(text) ? [] : [`${file} › ${name}`];
    });
    expect(named.length).toBeGreaterThan(25);
    expect(missing).toEqual([]);
  });

  it('says of every invariant which test holds it, or that none does yet', () => {
    const parts = textOf('docs/sync-spec.md')
      .split(/^\*\*(?=I\d )/m)
      .slice(1);
    expect(parts.map((part) => part.slice(0, 2))).toEqual(['I1', 'I2', 'I3', 'I4', 'I5', 'I6', 'I7', 'I8', 'I9']);
    expect(parts.filter((part) => !part.includes('` › “') && !part.includes('Not yet enforced'))).toEqual([]);
  });
});

describe('docs/configuration.md', () => {
  const text = textOf('docs/configuration.md');
  /** The names of keys, and the words that a key may have, anywhere in a JSON Schema. */
  const wordsOf = (shape: unknown): readonly string[] => {
    if (typeof shape !== 'object' || shape === null) return [];
    if (Array.isArray(shape)) return shape.flatMap(wordsOf);
    return Object.entries(shape).flatMap(([key, value]) => {
      if (key === 'properties' && typeof value === 'object')
        return [...Object.keys(value), ...wordsOf(Object.values(value))];
      if (key === 'enum' && Array.isArray(value)) return value.map(String);
      if (key === 'const') return [String(value)];
      return key === 'description' || key === 'required' ? [] : wordsOf(value);
    });
  };

  it('explains every key of the config and every word that a key may have', () => {
    const words = [...new Set(wordsOf(configJsonSchema(systems)))];
    const missing = words.filter((word) => !new RegExp(`(?<![\\w-])${word}(?![\\w-])`).test(text));
    expect(words.length).toBeGreaterThan(60);
    expect(missing).toEqual([]);
  });

  it('names every preset and every system', () => {
    const names = [...presets, ...systems].map(({ name }) => name);
    expect(names.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  });
});

describe('docs/errors.md', () => {
  it('explains every reason for a hold and every kind of fault', () => {
    const text = textOf('docs/errors.md');
    const union = (file: string, type: string): readonly string[] => {
      const [, body = ''] = new RegExp(`export type ${type} =([^;]+);`).exec(textOf(file)) ?? [];
      return [...body.matchAll(/'([a-z]+)'/g)].map(([, word = '']) => word);
    };
    const words = [...holdReasons, ...union('src/model/fault.ts', 'FaultKind')];
    expect(words.length).toBe(18);
    expect(words.filter((word) => !text.includes(`\`${word}\``))).toEqual([]);
  });
});

describe('docs/dependencies.md', () => {
  it('gives a reason for every dependency, and for none that is gone', () => {
    const names = z.record(z.string(), z.string());
    const { dependencies, devDependencies } = z
      .object({ dependencies: names, devDependencies: names })
      .parse(JSON.parse(textOf('package.json')));
    const used = Object.keys({ ...dependencies, ...devDependencies }).sort();
    const explained = [...textOf('docs/dependencies.md').matchAll(/^\| `([^`]+)` +\|/gm)].map(([, name = '']) => name);
    expect(explained.sort()).toEqual(used);
  });
});

describe('README.md', () => {
  it('shows a config that is sound', async () => {
    const [, indented = ''] = /```yaml\n([\s\S]*?)```/.exec(textOf('README.md')) ?? [];
    const environment = { SF_ID: 'id', SF_SECRET: 'secret', ZD_ID: 'id', ZD_SECRET: 'secret' };
    const { config, problems } = loadConfig(indented, 'syncline.yaml', environment);
    expect(problems).toEqual([]);
    expect(config === null ? null : await checkConfig(config, { systems })).toEqual([]);
  });

  it('names only commands that there are', () => {
    const commands = filesOf('src/cli/commands/*.ts').map((file) => file.replace(/^.*\/(.+)\.ts$/, '$1'));
    const steps = /## The first real run([\s\S]*?)\n## /.exec(textOf('README.md'))?.[1] ?? '';
    const named = [...steps.matchAll(/\*\*`([a-z]+)[^`]*`\*\*/g)].map(([, command = '']) => command);
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((command) => !commands.includes(command))).toEqual([]);
  });
});
