import { describe, expect, it } from 'vitest';
import { keepAll } from '../model/removal.ts';
import { sweptTown } from './testing/sweeping.ts';
import { Town } from './testing/town.ts';

/** Acme, with Ann under it, on both sides; an organization that is gone comes back as another one once its account is edited. */
async function acme() {
  const town = new Town();
  town.organizations.restores = false;
  const syncs = [town.contactsSync(), town.accountsSync({ removal: { ...keepAll, recreate: ['desk'] } })];
  const account = town.accounts.add({ name: 'Acme', note: 'n', plan: null });
  const ann = town.contacts.add({ name: 'Ann', note: 'n', plan: null, parent: account });
  await town.rest(syncs);
  const user = 'users-000001';
  const remake = async () => {
    town.accounts.edit(account, { note: 'm' });
    await town.rest(syncs);
    return town.twin(town.accountsSync(), 'crm', account);
  };
  return { town, syncs, user, ann, first: town.users.get(user)?.parent, remake };
}

describe('a one-way reference to a record whose twin was removed, and that has got another one', () => {
  it.each([null, 'organizations-000777'])('is written again (meanwhile the vendor shows %s)', async (shown) => {
    const { town, syncs, user, first, remake } = await acme();
    town.organizations.remove('organizations-000001', 'purged');
    town.users.edit(user, { parent: shown });
    await town.rest(syncs);
    expect(town.users.get(user)?.parent ?? null).toBe(shown);

    const second = await remake();
    expect(second).not.toBe(first);
    expect(town.users.get(user)?.parent).toBe(second);
    const writes = town.writes();
    await town.rest(syncs);
    expect(town.writes()).toBe(writes);
  });

  it.each(['edited', 'swept'])('follows once it is %s, where the vendor has left it as it was', async (what) => {
    const { town, syncs, user, ann, first, remake } = await acme();
    town.organizations.remove('organizations-000001', 'purged');
    await town.rest(syncs);
    const second = await remake();
    expect(town.users.get(user)?.parent).toBe(first);
    if (what === 'edited') town.contacts.edit(ann, { note: 'm' });
    else await sweptTown(town, syncs);
    await town.rest(syncs);
    expect(town.users.get(user)?.parent).toBe(second);
  });

  it('is drift as ever where somebody has changed it and its parent has the same twin', async () => {
    const { town, syncs, user, first, remake } = await acme();
    town.users.edit(user, { parent: null });
    await town.rest(syncs);
    expect(await remake()).toBe(first);
    expect(town.users.get(user)?.parent ?? null).toBeNull();
  });
});
