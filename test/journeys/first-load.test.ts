import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type Journey, newJourney } from './harness.ts';

/** The whole product against both twins with their real lags and limits, on simulated time. */
let journey: Journey;
afterEach(() => journey.close());

const accounts = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ Name: `Account ${i}`, Description: 'd' }));
const names = (rows: readonly Readonly<Record<string, unknown>>[]) =>
  rows
    .filter((row) => row.deleted_at === null || row.deleted_at === undefined)
    .map((row) => String(row.name ?? row.Name))
    .sort();
const matching = (calls: Readonly<Record<string, number>>, route: RegExp) =>
  Object.entries(calls).reduce((sum, [name, count]) => sum + (route.test(name) ? count : 0), 0);
const describing = /oauth|userinfo|users\/me|describe|organization_fields/;

async function started(count: number): Promise<Journey> {
  const fresh = await newJourney();
  await fresh.seed('sales', 'Account', accounts(count));
  await fresh.world.pass(90_000);
  return fresh;
}

describe('a first load onto an empty Zendesk', () => {
  for (const count of [2000, 5000]) {
    it(`costs what pages and jobs cost, and no more (${count} accounts)`, async () => {
      journey = await started(count);
      const report = await journey.run();
      expect(report.syncs.accounts).toMatchObject({ created: { crm: 0, desk: count }, held: 0, failed: 0 });
      expect(names(await journey.records('support', 'organization'))).toEqual(
        accounts(count)
          .map(({ Name }) => Name)
          .sort(),
      );
      const calls = { ...(await journey.calls('sales')).byRoute, ...(await journey.calls('support')).byRoute };
      const polls = matching(calls, /job_statuses/);
      const jobs = matching(calls, /create_many/);
      const all = matching(calls, /./) - matching(calls, describing) - polls;
      expect(jobs).toBe(Math.ceil(count / 100));
      expect(all).toBeLessThanOrEqual(
        1.1 * (Math.ceil(count / 2000) + Math.ceil(count / 100) + Math.ceil(count / 1000)),
      );
      expect(polls).toBeLessThanOrEqual(0.2 * jobs);
      expect(matching(calls, /./)).toBe(
        Object.values(report.calls).reduce((sum, { read, write, login }) => sum + read + write + login, 0),
      );
    });
  }

  it('writes nothing the second time; 100 changed accounts are one page and one job', async () => {
    journey = await started(150);
    const ids = (await journey.records('sales', 'Account')).map((row) => String(row.Id));
    await journey.run();
    await journey.world.pass(3_600_000);
    await journey.forgetCalls();
    const quiet = await journey.run();
    expect(quiet.syncs.accounts).toMatchObject({ seen: 0, created: { desk: 0 }, updated: { desk: 0 } });
    expect(quiet.calls.support?.write).toBe(0);
    expect(matching((await journey.calls('support')).byRoute, /^(POST|PUT|DELETE|PATCH) \/api/)).toBe(0);

    for (const id of ids.slice(0, 100)) await journey.edit('sales', 'Account', id, { Name: `Renamed ${id}` });
    await journey.world.pass(10_000);
    await journey.forgetCalls();
    const report = await journey.run();
    expect(report.syncs.accounts).toMatchObject({ seen: 100, updated: { desk: 100 }, held: 0, failed: 0 });
    const sales = (await journey.calls('sales')).byRoute;
    const support = (await journey.calls('support')).byRoute;
    expect(matching(sales, /query|composite|sobjects\/Account$/)).toBe(1);
    expect(matching(support, /update_many/)).toBe(1);
    expect(matching(support, /^(POST|PUT) \/api/)).toBe(1);
  });

  it('ends too where more than a page of accounts lies in the overlap of the next poll', async () => {
    journey = await started(4100);
    await journey.run();
    await journey.forgetCalls();
    const quiet = await journey.run();
    expect(quiet.syncs.accounts).toMatchObject({ seen: 0, updated: { desk: 0 }, held: 0 });
    // The poll and the two further pages of the overlap: ids and stamps.
    expect(matching((await journey.calls('sales')).byRoute, /query|composite/)).toBe(3);
  });

  it('says what was written, before and after, and by which rule', async () => {
    journey = await started(1);
    await journey.run();
    const [row] = await journey.open((service) => service.history({}));
    expect(row).toMatchObject({
      do: 'create',
      side: 'desk',
      outcome: 'ok',
      fields: { name: { before: null, after: 'Account 0', rule: 'Name → name' }, external_id: { rule: 'mark' } },
    });
  });
});

describe('what the vendors do', () => {
  it('an answer that is lost makes no second organization', async () => {
    journey = await started(250);
    for (const path of ['create_many', 'create_many', 'job_statuses']) {
      await journey.control('support', 'POST', 'faults', {
        match: { method: path === 'create_many' ? 'POST' : 'GET', path },
        do: 'lose-answer',
        times: 1,
      });
    }
    const report = await journey.run();
    expect(report.syncs.accounts).toMatchObject({ held: 0, failed: 0 });
    expect(names(await journey.records('support', 'organization'))).toEqual(
      accounts(250)
        .map(({ Name }) => Name)
        .sort(),
    );
    expect((await journey.run()).calls.support?.write).toBe(0);
  });

  it('429 and 503 are waited for as they say', async () => {
    journey = await started(3);
    await journey.control('support', 'POST', 'faults', {
      match: { method: 'POST', path: 'organizations' },
      do: 'status',
      status: 429,
      retryAfter: 40,
      times: 1,
    });
    await journey.control('sales', 'POST', 'faults', {
      match: { method: 'GET', path: '/query' },
      do: 'status',
      status: 503,
      times: 2,
    });
    const before = journey.world.now();
    const report = await journey.run();
    expect(report.syncs.accounts).toMatchObject({ created: { desk: 3 }, held: 0, failed: 0 });
    expect(journey.world.now() - before).toBeGreaterThanOrEqual(40_000);
  });

  it('a refusal is held with the code and both values; the rest goes on, and retry sends it again', async () => {
    journey = await newJourney();
    await journey.schema('support', 'organization', [
      { key: 'tier', title: 'Tier', type: 'regexp', regexp_for_validation: '^[A-Z]$' },
    ]);
    await journey.configure({
      fields: [
        { crm: 'Name', desk: 'name' },
        { crm: 'AccountNumber', desk: 'organization_fields.tier' },
      ],
    });
    const [bad = ''] = await journey.seed('sales', 'Account', [
      { Name: 'Acme', AccountNumber: 'not a letter' },
      { Name: 'Beta', AccountNumber: 'B' },
    ]);
    await journey.world.pass(90_000);
    const report = await journey.run();
    expect(names(await journey.records('support', 'organization'))).toEqual(['Acme', 'Beta']);
    expect(report.syncs.accounts).toMatchObject({ held: 1, failed: 0 });
    const [hold] = await journey.open((service) => service.holds({}));
    expect(hold).toMatchObject({
      why: 'refused',
      crm: { id: bad, object: 'Account' },
      values: { crm: 'not a letter' },
    });
    expect(hold?.vendorCode).toBeTruthy();
    expect(hold?.message).toContain('"not a letter"');
    expect(await journey.open((service) => service.failures({}))).toHaveLength(1);
    await journey.forgetCalls();
    await journey.run();
    expect((await journey.calls('support')).byRoute).not.toHaveProperty('PUT /api/v2/organizations/:id');
    await journey.open((service) => service.retry(null));
    await journey.run();
    expect((await journey.calls('support')).byRoute).toHaveProperty('PUT /api/v2/organizations/:id');
    await journey.edit('sales', 'Account', bad, { AccountNumber: 'A' });
    await journey.world.pass(5000);
    await journey.run();
    expect(await journey.open((service) => service.holds({}))).toEqual([]);
  });
});

describe('two at once', () => {
  it('two accounts of one name make one organization; the other is held', async () => {
    journey = await newJourney();
    await journey.seed('sales', 'Account', [{ Name: 'Acme' }, { Name: 'ACME' }, { Name: 'Beta' }]);
    await journey.world.pass(90_000);
    const report = await journey.run();
    expect(names(await journey.records('support', 'organization'))).toHaveLength(2);
    expect(report.syncs.accounts).toMatchObject({ created: { desk: 2 }, held: 1 });
  });

  it('an organization that exists under another letter case is linked, and takes the name of the account', async () => {
    journey = await newJourney();
    await journey.seed('support', 'organization', [{ name: 'ACME corp', details: 'theirs' }]);
    await journey.seed('sales', 'Account', [{ Name: 'Acme Corp', Description: 'ours' }]);
    await journey.world.pass(90_000);
    const report = await journey.run();
    expect(report.syncs.accounts).toMatchObject({ linked: 1, created: { desk: 0 }, updated: { desk: 1 } });
    expect(await journey.records('support', 'organization')).toMatchObject([
      { name: 'Acme Corp', details: 'theirs', external_id: null },
    ]);
  });

  it('an organization that the export has not shown yet is met, not doubled', async () => {
    journey = await started(1);
    await journey.run();
    await journey.seed('support', 'organization', [{ name: 'fresh' }]);
    await journey.seed('sales', 'Account', [{ Name: 'Fresh' }]);
    await journey.world.pass(5000);
    const report = await journey.run();
    expect(report.syncs.accounts).toMatchObject({ linked: 1, held: 0, failed: 0 });
    expect(names(await journey.records('support', 'organization'))).toEqual(['Account 0', 'Fresh']);
  });
});

describe('both ways', () => {
  it('the id of the organization is written back once, and an edit in Zendesk arrives in Salesforce', async () => {
    journey = await newJourney();
    await journey.schema('sales', 'Account', [{ name: 'Zendesk_Organization_Id__c', type: 'string', length: 40 }]);
    await journey.configure({
      direction: 'both',
      onMatch: 'crm',
      fields: [
        { crm: 'Name', desk: 'name' },
        { crm: 'Description', desk: 'details' },
      ],
      writeBack: { crm: { field: 'Zendesk_Organization_Id__c', when: 'first' } },
    });
    const [id = ''] = await journey.seed('sales', 'Account', [{ Name: 'Acme', Description: 'a' }]);
    await journey.world.pass(90_000);
    await journey.run();
    const [organization] = await journey.records('support', 'organization');
    const account = async () => (await journey.records('sales', 'Account')).find((row) => row.Id === id);
    expect(await account()).toMatchObject({ Zendesk_Organization_Id__c: String(organization?.id) });
    await journey.world.pass(70_000);
    await journey.edit('support', 'organization', String(organization?.id), { details: 'b' });
    await journey.world.pass(70_000);
    await journey.run();
    expect(await account()).toMatchObject({ Description: 'b' });
    await journey.world.pass(70_000);
    await journey.forgetCalls();
    const quiet = await journey.run();
    expect(quiet.calls.sales?.write).toBe(0);
    expect(quiet.calls.support?.write).toBe(0);
  });

  for (const keyed of [true, false]) {
    it(`organizations become accounts, and a lost answer doubles none (${keyed ? 'keyed' : 'traced'})`, async () => {
      journey = await newJourney();
      await journey.configure({ direction: 'desk-to-crm' });
      if (keyed) await journey.open((service) => service.doctor({ install: 'keys' }));
      await journey.seed(
        'support',
        'organization',
        Array.from({ length: 12 }, (_, i) => ({ name: `Organization ${i}`, details: 'd' })),
      );
      await journey.world.pass(90_000);
      await journey.control('sales', 'POST', 'faults', {
        match: { method: keyed ? 'PATCH' : 'POST', path: 'composite/sobjects' },
        do: 'lose-answer',
        times: 1,
      });
      const report = await journey.run();
      expect(report.syncs.accounts).toMatchObject({ held: 0, failed: 0 });
      const rows = await journey.records('sales', 'Account');
      expect(rows).toHaveLength(12);
      expect(rows.every((row) => (typeof row.Syncline_Key__c === 'string') === keyed)).toBe(true);
    });
  }
});

describe('what must not go on', () => {
  it('wrong credentials, an account that does not answer, another account than before', async () => {
    journey = await started(1);
    const reason = () =>
      journey.run().then(
        () => 'it ran',
        (error: Error) => error.message,
      );
    const right = { sales: {}, support: {} };
    await journey.configure(
      {},
      {
        connections: {
          ...right,
          support: { auth: { type: 'client-credentials', clientId: 'no', clientSecret: 'no' } },
        },
      },
    );
    expect(await reason()).toMatch(/Zendesk does not accept the credentials of connection support/);
    await journey.configure({}, { connections: { ...right, sales: { url: 'http://nobody.localhost:9' } } });
    expect(await reason()).toMatch(/connection sales/i);
    await journey.configure();
    await journey.run();
    await journey.configure({}, { connections: { ...right, support: { url: 'http://copy.support.localhost:5002' } } });
    expect(await reason()).toMatch(/leads to another account than before/);
    expect(names(await journey.records('support', 'organization'))).toEqual(['Account 0']);
  });

  it('a connection that does not answer stops its own sync alone, and the run says so', async () => {
    journey = await started(2);
    const file = join(journey.folder, 'syncline.yaml');
    const config = JSON.parse(await readFile(file, 'utf8'));
    config.connections.other = { ...config.connections.sales, url: 'http://nobody.localhost:9' };
    config.syncs.others = { ...config.syncs.accounts, crm: { connection: 'other' } };
    await writeFile(file, JSON.stringify(config));
    await expect(journey.run()).rejects.toThrow(/Sync others was not run \(the others were\)/);
    expect(names(await journey.records('support', 'organization'))).toEqual(['Account 0', 'Account 1']);
  });
});
