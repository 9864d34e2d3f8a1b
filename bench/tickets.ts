/**
 * A first load of tickets into an empty org that has the ticket package: calls by kind, time, peak memory and CPU of the product's own
 * process, beside what the requirement allows; then a second run, which finds nothing new. The twins run in processes of their own. A table
 * on stderr, JSON on stdout.
 *
 *   npx node bench/tickets.ts [tickets=20000] [people=2000] [organizations=500] [limits=on|off]
 *
 * `on` leaves the twins as the real thing (see bench/first-load.ts).
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Measured, measure } from './kit/measure.ts';
import { control, main, routes, seed, startTwin, unlimited } from './kit/twins.ts';

const [tickets = '20000', people = '2000', organizations = '500', limits = 'on'] = process.argv.slice(2);
const counts = { tickets: Number(tickets), people: Number(people), organizations: Number(organizations) };
const statuses = ['new', 'open', 'pending', 'open', 'new'];

const folder = await mkdtemp(join(tmpdir(), 'syncline-bench-'));
const sales = await startTwin('salesforce');
const support = await startTwin('zendesk');
try {
  if (limits === 'off') await unlimited(sales.about, support.about);
  const sides = { crm: { connection: 'sales' }, desk: { connection: 'support' } };
  const config = {
    version: 1,
    connections: {
      sales: { system: 'salesforce', ...sales.about.connection, auth: sales.about.auth },
      support: { system: 'zendesk', ...support.about.connection, auth: support.about.auth },
    },
    syncs: { tickets: { preset: 'salesforce-zendesk/tickets', ...sides } },
  };
  await writeFile(join(folder, 'syncline.yaml'), JSON.stringify(config));
  const command = (...words: readonly string[]) =>
    measure([main, ...words, '--json', '--config', join(folder, 'syncline.yaml'), '--data', join(folder, 'data')]);
  await command('doctor', '--install', 'package', '--connection', 'sales');

  const companies = await seed(
    support.about,
    'organization',
    Array.from({ length: counts.organizations }, (_, i) => ({ name: `Company ${i}` })),
  );
  const users = await seed(
    support.about,
    'user',
    Array.from({ length: counts.people }, (_, i) => ({
      name: `Person ${i}`,
      email: `person.${i}@acme.example`,
      organization_id: Number(companies[i % companies.length]),
    })),
  );
  await seed(
    support.about,
    'ticket',
    Array.from({ length: counts.tickets }, (_, i) => ({
      subject: `Ticket ${i}`,
      description: 'It worked yesterday. '.repeat(10).trim(),
      requester_id: Number(users[i % users.length]),
      status: statuses[i % statuses.length],
      tags: ['bench', `row_${i % 20}`],
    })),
  );
  const clear = async () => {
    for (const { about } of [sales, support]) await control(about, 'DELETE', 'calls');
  };
  const calls = async () => ({ sales: await routes(sales.about), support: await routes(support.about) });
  if (limits === 'on') await control(support.about, 'POST', 'clock', { advanceMs: 120_000 });
  await clear();
  const first = { ...(await command('run')), calls: await calls() };
  await clear();
  const second = { ...(await command('run')), calls: await calls() };

  const sum = (of: Readonly<Record<string, number>>, route: RegExp) =>
    Object.entries(of).reduce((total, [name, count]) => total + (route.test(name) ? count : 0), 0);
  const spent = {
    exports: sum(first.calls.support, /tickets/),
    writes: sum(first.calls.sales, /^(POST|PATCH) .*composite/),
    all: sum(first.calls.support, /./) + sum(first.calls.sales, /./),
  };
  const allowed = 1.1 * (Math.ceil(counts.tickets / 1000) + Math.ceil(counts.tickets / 200));
  const line = (name: string, run: Measured) =>
    console.error(
      `${name.padEnd(12)} ${run.seconds.toFixed(1).padStart(8)} s  CPU ${run.cpuSeconds.toFixed(1).padStart(7)} s  peak ${run.peakMb.toFixed(0).padStart(5)} MB  exit ${run.exit}`,
    );
  line('first load', first);
  line('second run', second);
  console.error(
    `calls: ${spent.exports} of tickets and ${spent.writes} writes (people and accounts included), allowed ${allowed.toFixed(0)}; ${spent.all} in all`,
  );
  console.log(JSON.stringify({ ...counts, limits, spent, allowed, first, second }, null, 2));
} finally {
  sales.process.kill();
  support.process.kill();
  await rm(folder, { recursive: true, force: true });
}
