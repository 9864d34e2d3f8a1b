import { expect } from 'vitest';
import type { HistoryEntry, HoldEntry, RunReport } from '../../src/app/app.ts';
import type { Journey, Plan, Row } from './harness.ts';

/** What a preview says and what a run did, in one form, to be compared. Ids that are only known afterwards are left out. */
interface Done {
  /** `contacts create desk name="Ann"`, sorted. */
  readonly fields: readonly string[];
  readonly links: Readonly<Record<string, number>>;
  /** Of records that were not held before: `contacts ambiguous Contact "Ann" (003…)`, sorted: why in words may name what only the run has made. */
  readonly holds: readonly string[];
}

function saidBy({ head, lines }: Plan, heldBefore: ReadonlySet<string>): Done {
  const fields = lines.flatMap((line) =>
    line.do === 'link' || line.do === 'hold'
      ? []
      : Object.entries(line.fields).map(([field, { to }]) => fieldLine(line, field, to)),
  );
  const links = Object.entries(head.syncs).map(([name, counts]) => [name, counts.link] as const);
  const holds = lines.flatMap((line) => (line.do === 'hold' && !heldBefore.has(line.link) ? [holdLine(line)] : []));
  return { fields: fields.sort(), links: Object.fromEntries(links), holds: holds.sort() };
}

async function doneBy(journey: Journey, { run, syncs }: RunReport, heldBefore: ReadonlySet<string>): Promise<Done> {
  const history = await journey.open((service) => service.history({ limit: 10_000 }));
  const fields = history
    .filter((entry) => entry.run === run && entry.outcome === 'ok' && entry.do !== 'link')
    .flatMap((entry) => Object.entries(entry.fields).map(([field, { after }]) => fieldLine(entry, field, after)));
  const links = Object.entries(syncs).map(([name, report]) => [name, report.linked] as const);
  const holds = (await holdsNow(journey)).filter(({ link }) => !heldBefore.has(link));
  return {
    fields: fields.sort(),
    links: Object.fromEntries(links),
    holds: holds.map(holdLine).sort(),
  };
}

function holdLine({
  sync,
  why,
  message,
}: {
  readonly sync: string;
  readonly why: string;
  readonly message: string;
}): string {
  return `${sync} ${why} ${message.slice(0, message.indexOf('): ') + 1)}`;
}

function fieldLine(what: Pick<HistoryEntry, 'sync' | 'do' | 'side'>, field: string, value: unknown): string {
  const isReference = field === 'organization_id';
  return `${what.sync} ${what.do} ${what.side} ${field}=${isReference ? '→' : JSON.stringify(value)}`;
}

/** A minute and a half later, so that every feed shows everything: a run, and the calls of it alone. */
export async function step(journey: Journey): Promise<RunReport> {
  await journey.world.pass(90_000);
  await journey.forgetCalls();
  return journey.run();
}

/** The same after a preview, which says what the run then does, and what it then holds; answers the holds. */
export async function previewedStep(journey: Journey): Promise<readonly HoldEntry[]> {
  await journey.world.pass(90_000);
  const heldBefore = new Set((await holdsNow(journey)).map(({ link }) => link));
  const said = saidBy(await journey.preview(), heldBefore);
  await journey.forgetCalls();
  const report = await journey.run();
  expect(await doneBy(journey, report, heldBefore)).toEqual(said);
  expect(Object.values(report.syncs).every(({ failed }) => failed === 0)).toBe(true);
  return holdsNow(journey);
}

const holdsNow = (journey: Journey) => journey.open((service) => service.holds({ limit: 10_000 }));

/** All is in step: nothing is held, and a run writes nothing. */
export async function quietStep(journey: Journey): Promise<void> {
  const { calls } = await step(journey);
  expect(calls).toMatchObject({ sales: { write: 0 }, support: { write: 0 } });
  expect(await journey.open((service) => service.holds({}))).toEqual([]);
  expect(await journey.open((service) => service.failures({}))).toEqual([]);
}

/** The holds of a record by its name. */
export function holdsOf(open: readonly HoldEntry[], name: string): readonly HoldEntry[] {
  return open.filter(({ message }) => message.slice(0, message.indexOf('): ')).includes(`"${name}"`));
}

/** End users who are there, by name. */
export async function usersByName(journey: Journey): Promise<Readonly<Record<string, Row>>> {
  const rows = await journey.records('support', 'user');
  return byName(rows.filter(({ role, active }) => role === 'end-user' && active === true));
}

/** Rows by what they are called. */
export function byName(rows: readonly Row[]): Readonly<Record<string, Row>> {
  return Object.fromEntries(rows.map((row) => [String(row.name ?? row.Name), row]));
}
