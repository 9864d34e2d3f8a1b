import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkConfig } from '../../app/config/check.ts';
import { loadConfig } from '../../app/config/load.ts';
import { conflict, fakeApp, someStatus } from '../../server/fake-app.ts';
import { systems } from '../../systems/index.ts';
import { createChance } from '../../twins/chance.ts';
import type { TwinAbout } from '../../twins/twin.ts';
import { noon } from '../fake-shell.ts';
import { demoConfig } from './config.ts';
import { emptyDemoFolder } from './folder.ts';
import { type Edit, nextEdit } from './people.ts';
import type { DemoRecord, Towns } from './record.ts';
import { accounts, isTroublesome, organizations, sameName, temperatures } from './sample.ts';
import { tellStory } from './story.ts';
import { createWatch } from './watch.ts';

/** Both systems after a first load: every account has its organization. */
function loaded(): Towns {
  return {
    accounts: accounts.map((account, i) => ({ ...account, Id: `001${i}` })),
    organizations: accounts.map((account, i) => ({ ...organizationOf({ ...account }), id: 100 + i })),
  };
}

function organizationOf(account: DemoRecord): DemoRecord {
  const rating = typeof account.Rating === 'string' ? temperatures[account.Rating] : null;
  return { name: account.Name, details: account.Description, organization_fields: { temperature: rating ?? null } };
}

/** The edit as its system has it at once. */
function edited(towns: Towns, edit: Edit): Towns {
  const apply = (records: readonly DemoRecord[], key: string): readonly DemoRecord[] =>
    edit.id === null
      ? [...records, { ...edit.fields, [key]: 'new' }]
      : records.map((record) => (String(record[key]) === edit.id ? { ...record, ...edit.fields } : record));
  return edit.system === 'salesforce'
    ? { ...towns, accounts: apply(towns.accounts, 'Id') }
    : { ...towns, organizations: apply(towns.organizations, 'id') };
}

/** What Syncline then makes of it. */
function synced(towns: Towns, edit: Edit): Towns {
  if (edit.system === 'zendesk') {
    const about = sameName(edit.about);
    const change = (record: DemoRecord): DemoRecord =>
      sameName(String(record.Name)) === about ? { ...record, Description: edit.fields.details } : record;
    return { ...towns, accounts: towns.accounts.map(change) };
  }
  return { ...towns, organizations: towns.accounts.map((account, i) => ({ ...organizationOf(account), id: 100 + i })) };
}

describe('the sample', () => {
  it('has companies that the help desk knows under another spelling, and some that wait for a person', () => {
    const known = new Set(organizations.map(({ name }) => sameName(name)));
    const met = accounts.filter(({ Name }) => known.has(sameName(Name)));
    expect(met.length).toBeGreaterThan(5);
    expect(met.some(({ Name }) => !organizations.some(({ name }) => name === Name))).toBe(true);
    expect(accounts.filter(({ Name }) => isTroublesome(Name))).toHaveLength(4);
  });

  it('has each other name once, so that the holds are those that it means to have', () => {
    const names = accounts.filter(({ Name }) => !isTroublesome(Name)).map(({ Name }) => sameName(Name));
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('the config', () => {
  it('is one that `check` has nothing against', async () => {
    const about = (system: string): TwinAbout => ({
      system,
      url: 'http://127.0.0.1:4001',
      endpoints: {},
      auth: { type: 'client-credentials', clientId: 'id', clientSecret: 'se"cr: et' },
      connection: { url: 'http://127.0.0.1:4001' },
    });
    const { config, problems, source } = loadConfig(
      demoConfig(about('salesforce'), about('zendesk')),
      'syncline.yaml',
      {},
    );
    expect(problems).toEqual([]);
    expect(config?.connections.sales?.auth).toEqual(about('salesforce').auth);
    expect(config && (await checkConfig(config, { systems, source }))).toEqual([]);
  });
});

describe('people', () => {
  it('do the same for the same seed, leave alone what waits for a person, and every edit is seen to arrive only once it has', () => {
    const kinds = new Set<string>();
    for (let seed = 1; seed <= 40; seed++) {
      let towns = loaded();
      const [chance, again] = [createChance(seed), createChance(seed)];
      for (let turn = 1; turn <= 15; turn++) {
        const edit = nextEdit(chance, turn, towns, new Set());
        expect(nextEdit(again, turn, towns, new Set())?.did).toBe(edit?.did);
        if (edit === null) continue;
        kinds.add(edit.did.split(' ')[0] ?? '');
        expect(isTroublesome(edit.about)).toBe(false);
        const after = edited(towns, edit);
        expect(edit.arrived(after)).toBe(false);
        towns = synced(after, edit);
        expect(edit.arrived(towns)).toBe(true);
      }
    }
    expect([...kinds].sort()).toEqual(['noted', 'rated', 'renamed', 'won']);
  });

  it('wait with a company that has an edit under way', () => {
    const towns = loaded();
    const busy = new Set(accounts.map(({ Name }) => sameName(Name)));
    for (let seed = 1; seed <= 40; seed++) {
      const edit = nextEdit(createChance(seed), 1, towns, busy);
      if (edit !== null) expect(edit.id).toBeNull();
    }
  });
});

describe('the watch', () => {
  const rename: Edit = {
    who: 'Ada',
    system: 'salesforce',
    id: '0010',
    fields: { Name: 'Acme Group 1' },
    did: 'renamed Acme → Acme Group 1',
    about: 'Acme Group 1',
    arrived: ({ organizations: there }) => there.some((one) => one.name === 'Acme Group 1'),
  };
  const nothing: Towns = { accounts: [], organizations: [] };

  it('tells an edit, and how much later the other side has it', () => {
    const told: string[] = [];
    const watch = createWatch((line) => told.push(line));
    watch.expect(rename, noon);
    watch.look(nothing, noon + 1_000);
    expect([...watch.busy()]).toEqual(['acme group 1']);
    watch.look({ accounts: [], organizations: [{ name: 'Acme Group 1' }] }, noon + 2_100);
    watch.look(nothing, noon + 9_000);
    expect(told).toEqual([
      'Salesforce: Ada renamed Acme → Acme Group 1',
      '  … Zendesk has it 2.1 s later (Acme Group 1)',
    ]);
    expect(watch.busy().size).toBe(0);
  });

  it('says once that it takes too long, and lets go', () => {
    const told: string[] = [];
    const watch = createWatch((line) => told.push(line));
    watch.expect(rename, noon);
    watch.look(nothing, noon + 200_000);
    watch.look(nothing, noon + 300_000);
    expect(told.slice(1)).toEqual([
      '  … Zendesk still does not have it after 3 min (Acme Group 1); `holds` and `failures` say why',
    ]);
  });
});

describe('the story', () => {
  it('begins when the first load is quiet, then people edit what is not held until it is stopped', async () => {
    const told: string[] = [];
    const stop = new AbortController();
    let now = noon;
    let towns = loaded();
    const heldId = '0010';
    const dues = [9, 3, 0];
    const app = fakeApp({
      status: async () => {
        const sync = someStatus.syncs.accounts;
        return { ...someStatus, syncs: sync === undefined ? {} : { accounts: { ...sync, due: dues.shift() ?? 0 } } };
      },
      holds: async () => [
        { ...conflict, crm: { id: heldId, object: 'Account' }, desk: { id: '100', object: 'organization' } },
      ],
    });
    const twins = {
      look: async () => towns,
      do: async (edit: Edit) => {
        expect([heldId, '100']).not.toContain(edit.id);
        towns = synced(edited(towns, edit), edit);
      },
    };
    const world = {
      now: () => now,
      sleep: async (ms: number) => {
        now += ms;
        if (now > noon + 60_000) stop.abort();
      },
    };
    await tellStory({
      app,
      twins,
      world,
      chance: createChance(1),
      say: (line) => told.push(line),
      signal: stop.signal,
    });
    expect(told[0]).toBe('First load: 12 links after 0.5 s; 1 record waits for you, see `holds`');
    const edits = told.filter((line) => /^(Salesforce|Zendesk): /.test(line));
    const arrivals = told.filter((line) => / has it 0\.3 s later/.test(line));
    expect(edits.length).toBeGreaterThan(6);
    expect(arrivals).toHaveLength(edits.length);
  });
});

describe('the demo’s folder', () => {
  const options = (path: string) => ({ path, command: 'syncline demo', environment: {}, now: () => noon });

  it('is emptied each time, but never one that is not a demo’s', async () => {
    const parent = await mkdtemp(join(tmpdir(), 'syncline-demo-'));
    const path = join(parent, 'demo');
    await emptyDemoFolder(options(path));
    await writeFile(join(path, 'old'), '');
    await emptyDemoFolder(options(path));
    expect(await readdir(path)).toEqual(['.syncline-demo']);

    await writeFile(join(parent, 'precious'), '');
    await expect(emptyDemoFolder(options(parent))).rejects.toThrow('holds something that is not a demo');
    expect(await readdir(parent)).toEqual(['demo', 'precious']);
    await rm(parent, { recursive: true });
  });
});
