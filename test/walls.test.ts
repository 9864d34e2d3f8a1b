import { describe, expect, it } from 'vitest';
import { filesOf, importsOf, isForTests, textOf, withoutComments } from './source-text.ts';

/**
 * The floors and walls of docs/architecture.md, held by reading import lines: `from`, side-effect imports, re-exports and `import()`.
 * What is shipped keeps to `floors`. What is there for tests alone (see `isForTests`) may import whatever its folder may, and besides:
 * vitest, fast-check, the vendors' own clients, Node's modules, other test files of its own area, and what `testsToo` says.
 * Files in test/ and bench/ stand outside of the house and may import anything; nothing imports them.
 */
interface Floor {
  /** Areas or single files that may be imported; the own area always may. */
  readonly ours: readonly string[];
  /** Packages; `node:` stands for all of Node's own modules. */
  readonly packages: readonly string[];
}

const connector: Floor = { ours: ['model', 'systems/kit'], packages: ['zod', 'node:crypto'] };
/** A twin that shared code with its connector would share its mistakes: the world is all that both know. */
const twin: Floor = {
  ours: ['src/model/world.ts', 'twins'],
  packages: [
    'zod',
    'hono',
    '@jetstreamapp/soql-parser-js',
    '@grpc/grpc-js',
    '@grpc/proto-loader',
    'avsc',
    'fflate',
    'selfsigned',
    'node:crypto',
    'node:zlib',
  ],
};

const floors: Readonly<Record<string, Floor>> = {
  model: { ours: [], packages: ['zod'] },
  engine: { ours: ['model'], packages: [] },
  mapping: { ours: ['model'], packages: ['zod', '@marcbachmann/cel-js', 'libphonenumber-js'] },
  presets: { ours: ['mapping', 'model'], packages: ['zod'] },
  'systems/kit': connector,
  'systems/index': { ours: ['src/systems/kit/system.ts', 'system.ts of each system'], packages: [] },
  twins: { ours: ['src/model/world.ts'], packages: ['zod', 'hono', 'node:'] },
  store: { ours: ['src/engine/ports.ts', 'model'], packages: ['zod', 'kysely', '@electric-sql/pglite', 'pg', 'node:'] },
  app: {
    ours: ['model', 'engine', 'mapping', 'presets', 'systems/kit', 'systems/index', 'store'],
    packages: ['zod', 'yaml', 'pino', 'croner', 'node:'],
  },
  server: { ours: ['model', 'app'], packages: ['zod', 'hono', '@hono/node-server', 'node:'] },
  cli: {
    ours: ['model', 'app', 'server', 'systems/index', 'twins', 'index.ts of each twin'],
    packages: ['zod', 'yaml', 'commander', 'node:'],
  },
};

const testPackages = ['vitest', 'fast-check', '@jsforce/jsforce-node', 'node-zendesk', 'zod', 'node:'];
const testsToo: Readonly<Record<string, readonly string[]>> = {
  // The engine is driven on the smallest store that there is, with a first setup compiled by hand.
  engine: ['src/store/memory.ts'],
  store: ['src/engine/testing.ts'],
  // The contract suite runs a connector against whatever twin it is given.
  'systems/kit': ['twins'],
  connector: ['twins', 'index.ts of its own twin'],
  // The composition is tried as a whole.
  app: ['twins', 'index.ts of each twin', 'test files of mapping', 'test files of engine'],
  cli: ['test files of server'],
};

/** `engine`, `systems/kit`, `systems/index`, `systems/NAME`, `systems/NAME/twin`. */
function areaOf(file: string): string {
  const [, folder = '', second = '', third] = file.split('/');
  if (folder !== 'systems') return folder;
  if (third === undefined) return `systems/${second.replace(/\.ts$/, '')}`;
  return third === 'twin' ? `systems/${second}/twin` : `systems/${second}`;
}

function floorOf(area: string): Floor | undefined {
  const known = floors[area];
  if (known) return known;
  if (/^systems\/[^/]+\/twin$/.test(area)) return twin;
  return /^systems\/[^/]+$/.test(area) ? connector : undefined;
}

function mayImportOurs(from: string, to: string): boolean {
  const area = areaOf(from);
  const other = areaOf(to);
  const tests = isForTests(from);
  if (isForTests(to) && !tests) return false;
  if (area === other) return true;
  const kind = floors[area] ? area : 'connector';
  const extra = tests && !area.endsWith('/twin') ? (testsToo[kind] ?? []) : [];
  const allowed = [...(floorOf(area)?.ours ?? []), ...extra];
  return allowed.some((word) => {
    if (word === to) return true;
    if (word === 'system.ts of each system') return /^src\/systems\/[^/]+\/system\.ts$/.test(to);
    if (word === 'index.ts of each twin') return /^src\/systems\/[^/]+\/twin\/index\.ts$/.test(to);
    if (word === 'index.ts of its own twin') return to === `src/${area}/twin/index.ts`;
    if (word.startsWith('test files of ')) return word.endsWith(` ${other}`) && isForTests(to);
    // What a lower floor keeps for tests is its own, but for the kit, whose suite every system runs.
    return word === other && (!isForTests(to) || other === 'systems/kit');
  });
}

function mayImportPackage(from: string, name: string): boolean {
  const allowed = [...(floorOf(areaOf(from))?.packages ?? []), ...(isForTests(from) ? testPackages : [])];
  return allowed.some((each) =>
    each === 'node:' ? name.startsWith('node:') : name === each || name.startsWith(`${each}/`),
  );
}

function breaches(files: readonly string[], isBreach: (from: string, to: string | null, name: string) => boolean) {
  return files.flatMap((from) =>
    importsOf(from)
      .filter(({ file, written }) => isBreach(from, file, written))
      .map(({ file, written, line }) => `${from}:${line} imports ${file ?? written}`),
  );
}

const sources = filesOf('src/**/*.ts');
const systemNames = [...new Set(filesOf('src/systems/*/*.ts').map((file) => file.split('/')[2] ?? ''))].filter(
  (name) => name !== 'kit',
);

describe('the walls', () => {
  it('stand around every folder of src', () => {
    const strangers = sources.filter((file) => floorOf(areaOf(file)) === undefined);
    expect(sources.length).toBeGreaterThan(100);
    expect(strangers).toEqual([]);
  });

  it('let imports point down only, and stop at the folders named here', () => {
    expect(breaches(sources, (from, to) => to !== null && !mayImportOurs(from, to))).toEqual([]);
  });

  it('let in only the packages that a floor needs', () => {
    expect(breaches(sources, (from, to, name) => to === null && !mayImportPackage(from, name))).toEqual([]);
  });

  it('keep what is shipped from importing what is for tests', () => {
    expect(breaches(sources, (from, to) => to !== null && !isForTests(from) && isForTests(to))).toEqual([]);
  });

  it('keep a connector and its twin, and one system and another, from ever importing each other', () => {
    const crosses = (from: string, to: string | null): boolean => {
      const [mine, theirs] = [areaOf(from), to === null ? '' : areaOf(to)];
      const named = (area: string) => systemNames.find((name) => area.startsWith(`systems/${name}`));
      if (named(mine) === undefined || named(theirs) === undefined || mine === theirs) return false;
      // A connector's tests may run against its own twin; a twin's tests never reach for the connector.
      return !(isForTests(from) && theirs === `${mine}/twin`);
    };
    expect(systemNames.length).toBeGreaterThanOrEqual(2);
    expect(breaches(sources, crosses)).toEqual([]);
  });

  it('let only systems/index.ts list the systems, and only cli/twins.ts the twins', () => {
    const lists = (from: string, to: string | null): boolean => {
      const name = systemNames.find((each) => to?.startsWith(`src/systems/${each}/`));
      if (name === undefined || from.startsWith(`src/systems/${name}/`)) return false;
      const twins = to === `src/systems/${name}/twin/index.ts`;
      return twins ? from !== 'src/cli/twins.ts' && !isForTests(from) : from !== 'src/systems/index.ts';
    };
    expect(breaches(sources, lists)).toEqual([]);
  });

  it('let nothing import the command line, tests or measurements', () => {
    const up = (from: string, to: string | null): boolean =>
      to !== null && ((to.startsWith('src/cli/') && !from.startsWith('src/cli/')) || !to.startsWith('src/'));
    expect(breaches(sources, up)).toEqual([]);
  });

  it('keep vendors’ names out of the code that decides, maps, keeps and simulates', () => {
    // In comments a name may stand, since a vendor's fact has to cite its source; in code and in messages it may not.
    const names = /salesforce|zendesk|zoho|\boro(crm)?\b/i;
    const told = sources
      .filter((file) => /^src\/(engine|mapping|store|twins)\//.test(file) && !isForTests(file))
      .flatMap((file) =>
        withoutComments(textOf(file))
          .split('\n')
          .flatMap((line, i) => (names.test(line) ? `${file}:${i + 1} ${line.trim()}` : [])),
      );
    expect(told).toEqual([]);
  });
});

describe('the wall test itself', () => {
  it('sees every way to import', () => {
    const text = [
      "import { a } from './a.ts';",
      "import type { B } from '../model/b.ts';",
      "import './side-effect.ts';",
      "export * from './c.ts';",
      "const d = await import('./d.ts');",
      "// import { no } from './comment.ts';",
    ].join('\n');
    expect(importsOf('src/engine/x.ts', text).map(({ file }) => file)).toEqual([
      'src/engine/a.ts',
      'src/model/b.ts',
      'src/engine/side-effect.ts',
      'src/engine/c.ts',
      'src/engine/d.ts',
    ]);
  });

  it('refuses what the walls are there for', () => {
    expect(mayImportOurs('src/engine/cycle.ts', 'src/store/memory.ts')).toBe(false);
    expect(mayImportOurs('src/engine/cycle.test.ts', 'src/store/memory.ts')).toBe(true);
    expect(mayImportOurs('src/store/open.ts', 'src/engine/cycle.ts')).toBe(false);
    expect(mayImportOurs('src/systems/zendesk/write.ts', 'src/systems/zendesk/twin/index.ts')).toBe(false);
    expect(mayImportOurs('src/systems/zendesk/twin/users.test.ts', 'src/systems/zendesk/system.ts')).toBe(false);
    expect(mayImportOurs('src/systems/zendesk/write.ts', 'src/systems/salesforce/values.ts')).toBe(false);
    expect(mayImportOurs('src/systems/kit/wire.ts', 'src/engine/ports.ts')).toBe(false);
    expect(mayImportOurs('src/server/api.ts', 'src/cli/version.ts')).toBe(false);
    expect(mayImportPackage('src/engine/plan.ts', 'node:fs')).toBe(false);
    expect(mayImportPackage('src/model/value.ts', 'kysely')).toBe(false);
  });
});
