import type { App, StatusReport } from '../../app/app.ts';
import type { World } from '../../model/world.ts';
import type { Chance } from '../../twins/chance.ts';
import { counted, duration, number } from '../render/words.ts';
import { nextEdit } from './next-edit.ts';
import type { DemoTwins } from './twins.ts';
import { createWatch, type Expected } from './watch.ts';

export interface StoryOptions {
  readonly app: App;
  readonly twins: Pick<DemoTwins, 'look' | 'do'>;
  readonly world: Pick<World, 'now' | 'sleep'>;
  readonly chance: Chance;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

const lookEveryMs = 250;
/** Between two edits. */
const pauseMs = [3_000, 8_000] as const;
/** So many turns from one sweep to the next. */
const sweepTurns = 15;
/** The first load is over when every record has its answer and nothing has moved for so long. */
const quietMs = 1_000;
/** The first load is waited for so long before people begin all the same. */
const patienceMs = 90_000;

/** Waits for the first load, says what came of it, then lets people edit until it is stopped. */
export async function tellStory(options: StoryOptions): Promise<void> {
  await firstLoad(options);
  const { app, twins, world, chance, say, signal } = options;
  const watch = createWatch(say);
  let nextAt = world.now() + pauseMs[0];
  let turn = 1;
  while (!signal.aborted) {
    const towns = await twins.look();
    const held = await heldIds(app);
    for (const arrived of watch.look(towns, held, world.now())) await takeBack(options, arrived);
    if (world.now() >= nextAt) {
      if (turn % sweepTurns === 0) await sweep(options);
      const edit = nextEdit(chance, turn, towns, watch.busy().union(held));
      if (edit !== null) {
        watch.expect(edit, world.now());
        await twins.do(edit);
      }
      turn++;
      nextAt = world.now() + chance.between(...pauseMs);
    }
    await world.sleep(lookEveryMs, signal);
  }
}

/** Records that a person is asked about: they are left to that person. */
async function heldIds(app: App): Promise<ReadonlySet<string>> {
  const holds = await app.holds({ limit: 10_000 });
  return new Set(holds.flatMap(({ crm, desk }) => [crm, desk].flatMap((end) => (end ? [end.id] : []))));
}

/** Somebody takes back what an edit has written at the other side. */
async function takeBack({ app, world, say, signal }: StoryOptions, { edit, since }: Expected): Promise<void> {
  if (edit.takenBack === undefined) return;
  const { sync, field } = edit.takenBack;
  const began = world.now();
  const span = `${Math.ceil((began - since) / 1000)}s`;
  say(`Syncline: somebody types \`undo --since ${span} --sync ${sync} --field ${field}\``);
  const { left } = await app.undo({ since: span, sync, field, signal });
  const but = left.length > 0 ? `, but for ${counted(left.length, 'value')} that somebody has changed since` : '';
  say(`→ put back ${duration(world.now() - began)} later${but}; it stays so until its rating changes (${edit.about})`);
}

async function sweep({ app, say, signal }: StoryOptions): Promise<void> {
  const { syncs } = await app.sweep({ syncs: [], signal });
  const figures = Object.entries(syncs).map(
    ([name, { pairs, equal }]) => `${name} ${number(equal)} of ${counted(pairs, 'pair')} equal`,
  );
  say(`Sweep: everything is compared: ${figures.join(', ')}; \`sweep\` says what differs, and why`);
}

async function firstLoad({ app, twins, world, say, signal }: StoryOptions): Promise<void> {
  const began = world.now();
  const { accounts, contacts, leads, organizations, users, tickets } = await twins.look();
  say(
    `First load of ${counted(accounts.length, 'account')}, ${counted(contacts.length, 'contact')}, ${counted(leads.length, 'lead')}, and of ${counted(tickets.length, 'ticket')}. Zendesk has ${counted(organizations.length, 'organization')} and ${counted(users.length, 'user')} already, works off what it is sent as jobs, and is asked every few seconds whether they are done …`,
  );
  let last = '';
  let lastAt = began;
  while (!signal.aborted) {
    const { links, due, held } = sumOf(await app.status());
    // Writes at a vendor are not due any more and not linked yet: it is over when every record is linked, or waits on its own.
    const alone = (await app.holds({})).filter(({ crm, desk }) => crm !== null && desk === null).length;
    // Looked at anew: a ticket brings accounts and contacts along.
    const now = await twins.look();
    const all = now.accounts.length + now.contacts.length + now.leads.length + now.tickets.length;
    const left = Math.max(0, all - links - alone);
    const state = `${links} ${due} ${held} ${left}`;
    if (state !== last) lastAt = world.now();
    last = state;
    const isOver = due === 0 && left === 0 && world.now() - lastAt >= quietMs;
    if (isOver || world.now() - began > patienceMs) {
      const rest = isOver ? '' : `, ${number(Math.max(due, left))} still to do`;
      const waiting = held > 0 ? `; ${counted(held, 'record waits', 'records wait')} for you, see \`holds\`` : '';
      say(`First load: ${counted(links, 'link')} after ${duration(lastAt - began)}${rest}${waiting}`);
      return;
    }
    await world.sleep(lookEveryMs, signal);
  }
}

function sumOf({ syncs }: StatusReport): { readonly links: number; readonly due: number; readonly held: number } {
  const sum = { links: 0, due: 0, held: 0 };
  for (const { links, due, held } of Object.values(syncs)) {
    sum.links += links;
    sum.due += due;
    sum.held += held;
  }
  return sum;
}
