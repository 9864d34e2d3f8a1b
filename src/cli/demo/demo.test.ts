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
import type { Edit } from './edit.ts';
import { emptyDemoFolder } from './folder.ts';
import { nextEdit } from './next-edit.ts';
import type { Towns } from './record.ts';
import { tellStory } from './story.ts';
import { edited, loaded, synced } from './testing.ts';
import { createWatch } from './watch.ts';

/** No record waits for a person. */
const nobody: ReadonlySet<string> = new Set();

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
      demoConfig(about('salesforce'), about('zendesk'), 'http://127.0.0.1:4000'),
      'syncline.yaml',
      {},
    );
    expect(problems).toEqual([]);
    expect(config?.connections.sales?.auth).toEqual(about('salesforce').auth);
    expect(config && (await checkConfig(config, { systems, source }))).toEqual([]);
  });
});

describe('people', () => {
  it('do the same for the same seed, and every edit is seen to arrive only once it has', () => {
    const kinds = new Set<string>();
    for (let seed = 1; seed <= 40; seed++) {
      let towns = loaded();
      const [chance, again] = [createChance(seed), createChance(seed)];
      for (let turn = 1; turn <= 25; turn++) {
        const edit = nextEdit(chance, turn, towns, new Set());
        expect(nextEdit(again, turn, towns, new Set())?.did).toBe(edit?.did);
        if (edit === null) continue;
        kinds.add(`${edit.object} ${edit.did.split(' ')[0]}`);
        const after = edited(towns, edit);
        expect(edit.arrived(after, nobody), edit.did).toBe(false);
        towns = synced(after, edit);
        expect(edit.arrived(towns, edit.meanwhile ? new Set(edit.busy) : nobody), edit.did).toBe(true);
      }
    }
    expect([...kinds].sort()).toEqual([
      'Account merged',
      'Account noted',
      'Account rated',
      'Account renamed',
      'Account won',
      'Case closed',
      'Contact added',
      'Contact deleted',
      'Contact gave',
      'Contact moved',
      'Contact renamed',
      'Lead added',
      'Lead gave',
      'Lead renamed',
      'organization noted',
      'ticket answered',
      'ticket solved',
      'ticket writes:',
    ]);
  });

  it('wait with a record that has an edit under way', () => {
    const towns = loaded();
    const records = [...towns.accounts, ...towns.contacts, ...towns.leads];
    const busy = new Set(records.map(({ Id }) => String(Id)));
    for (let seed = 1; seed <= 40; seed++) {
      const edit = nextEdit(createChance(seed), 1, towns, busy);
      if (edit !== null) expect(edit.id).toBeNull();
    }
  });
});

describe('the watch', () => {
  const rename: Edit = {
    who: 'Ada',
    object: 'Account',
    id: '0010',
    fields: { Name: 'Acme Group 1' },
    did: 'renamed Acme → Acme Group 1',
    about: 'Acme Group 1',
    busy: ['0010'],
    arrived: ({ organizations: there }) => there.some((one) => one.name === 'Acme Group 1'),
  };
  const nothing: Towns = {
    accounts: [],
    contacts: [],
    leads: [],
    organizations: [],
    users: [],
    identities: [],
    tickets: [],
    cases: [],
  };

  it('tells an edit, and how much later the other side has it', () => {
    const told: string[] = [];
    const watch = createWatch((line) => told.push(line));
    watch.expect(rename, noon);
    watch.look(nothing, nobody, noon + 1_000);
    expect([...watch.busy()]).toEqual(['0010']);
    const arrived = watch.look({ ...nothing, organizations: [{ name: 'Acme Group 1' }] }, nobody, noon + 2_100);
    expect(arrived).toEqual([{ edit: rename, since: noon }]);
    expect(watch.look(nothing, nobody, noon + 9_000)).toEqual([]);
    expect(told).toEqual([
      'Salesforce: Ada renamed Acme → Acme Group 1',
      '→ Zendesk has it 2.1 s later (Acme Group 1)',
    ]);
    expect(watch.busy().size).toBe(0);
  });

  it('says once that it takes too long, and lets go', () => {
    const told: string[] = [];
    const watch = createWatch((line) => told.push(line));
    watch.expect(rename, noon);
    watch.look(nothing, nobody, noon + 200_000);
    watch.look(nothing, nobody, noon + 300_000);
    expect(told.slice(1)).toEqual([
      '→ Zendesk still does not have it after 3 min (Acme Group 1); `holds` and `failures` say why',
    ]);
  });
});

describe('the story', () => {
  /** A story of a minute. `links` is what the status says, time after time. */
  async function told(links: readonly number[], heldId: string): Promise<readonly string[]> {
    const lines: string[] = [];
    const stop = new AbortController();
    let now = noon;
    let towns = loaded();
    const counts = [...links];
    let linked = 0;
    const held = [heldId];
    const app = fakeApp({
      status: async () => {
        linked = counts.shift() ?? linked;
        const sync = someStatus.syncs.accounts;
        return { ...someStatus, syncs: sync === undefined ? {} : { accounts: { ...sync, links: linked, due: 0 } } };
      },
      holds: async () => held.map((id) => ({ ...conflict, crm: { id, object: 'Account' }, desk: null })),
    });
    const twins = {
      look: async () => towns,
      do: async (edit: Edit) => {
        expect(edit.id).not.toBe(heldId);
        towns = synced(edited(towns, edit), edit);
        if (edit.meanwhile) held.push(...edit.busy);
      },
    };
    const world = {
      now: () => now,
      sleep: async (ms: number) => {
        now += ms;
        if (now > noon + 200_000) stop.abort();
      },
    };
    const say = (line: string): void => void lines.push(line);
    await tellStory({ app, twins, world, chance: createChance(1), say, signal: stop.signal });
    return lines;
  }
  const towns = loaded();
  const all = towns.accounts.length + towns.contacts.length + towns.leads.length + towns.tickets.length;

  it('begins when every record is linked or held, then people edit what is not held until it is stopped', async () => {
    const lines = await told([0, 20, 20, 90, all - 1], '0010');
    expect(lines[0]).toMatch(/^First load of 39 accounts, 118 contacts, 19 leads, and of 7 tickets\./);
    expect(lines[1]).toBe(`First load: ${all - 1} links after 1.0 s; 1 record waits for you, see \`holds\``);
    const edits = lines.filter((line) => /^(Salesforce|Zendesk): /.test(line));
    const arrivals = lines.filter((line) => /^→ .*\b0\.3 s\b/.test(line));
    expect(edits.length).toBeGreaterThan(20);
    expect(arrivals).toHaveLength(edits.length);
  });

  it('has two people write the same, a removal, a merge, an undo and a sweep among what happens', async () => {
    const lines = await told([all - 1], '0010');
    const happened = [
      /^Salesforce: .* In the same moment \w+ at Zendesk noted: /,
      /^→ both stay, and after 0\.3 s a person is asked, see `holds`/,
      /^Salesforce: \w+ deleted contact /,
      /^→ the user is deleted 0\.3 s later/,
      /^Salesforce: \w+ merged the 2 accounts Northwind Traders$/,
      /^→ 0\.3 s later it is clear whose organization it is, and they are linked/,
      /^Salesforce: \w+ rated .*, by mistake$/,
      /^Syncline: somebody types `undo --since 1s --sync accounts --field organization_fields.temperature`$/,
      /^→ put back 0\.0 s later/,
      /^Zendesk: .* writes: \w+/,
      /^→ in Salesforce after 0\.3 s \(/,
      /^→ in Salesforce after 0\.3 s, with a new contact/,
      /^→ the case is Working in Salesforce after 0\.3 s/,
      /^Salesforce: \w+ closed case /,
      /^→ the ticket is solved in Zendesk after 0\.3 s/,
      /^Sweep: everything is compared: /,
    ];
    expect(happened.filter((each) => !lines.some((line) => each.test(line)))).toEqual([]);
  });

  it('goes on after a while with a load that does not end, and says what is left', async () => {
    const lines = await told([all - 3], '0010');
    expect(lines[1]).toBe(
      `First load: ${all - 3} links after 0.0 s, 2 still to do; 1 record waits for you, see \`holds\``,
    );
    expect(lines.length).toBeGreaterThan(10);
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
