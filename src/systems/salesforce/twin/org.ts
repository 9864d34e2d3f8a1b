import { type Chance, createChance } from '../../../twins/chance.ts';
import type { TwinClock } from '../../../twins/clock.ts';
import type { Json } from '../../../twins/json.ts';
import type { Settings } from '../../../twins/settings.ts';
import { type Access, createAccess } from './access.ts';
import { createDeletions, type Deletions } from './deletions.ts';
import type { FieldDefinition } from './field.ts';
import { createIdSource, type IdSource } from './ids.ts';
import { parseField } from './object-text.ts';
import { createQuota, type Quota } from './quota.ts';
import type { StoredRow, Values } from './row.ts';
import { createRules, type Rules } from './rules.ts';
import { createSchema, type Schema } from './schema.ts';
import { createSalesforceSettings, edition, type SalesforceSettings } from './settings.ts';
import { createStore, type Store } from './store.ts';
import { toSecond } from './time.ts';

/** Everything that one org is: its schema, its rows, its people, its switches. */
export interface Org {
  readonly clock: TwinClock;
  readonly chance: Chance;
  /** What lags are drawn from. */
  readonly delays: Chance;
  readonly settings: Settings<SalesforceSettings>;
  readonly schema: Schema;
  readonly store: Store;
  readonly access: Access;
  readonly rules: Rules;
  readonly ids: IdSource;
  readonly people: People;
  readonly deletions: Deletions;
  readonly quota: Quota;
  /** When permissions, record types or switches last changed what describe answers (ms). */
  describedAt(): number;
  /** The switches changed: describes may, too. */
  touchDescribe(): void;
  /** The next number of an auto-number field. */
  nextNumber(field: string): number;
  reset(): void;
}

export interface People {
  readonly organization: string;
  /** The user that the app runs as. */
  readonly api: string;
  /** Somebody who edits records by hand. */
  readonly person: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

export function createOrg(seed: number, clock: TwinClock): Org {
  const chance = createChance(`salesforce/${seed}`);
  const settings = createSalesforceSettings();
  const schema = createSchema(clock.now);
  let ids = createIdSource(chance.fork('ids'));
  let numbers = new Map<string, number>();
  const store = createStore({
    objectOfId: (id) => schema.byPrefix(id.slice(0, 3))?.name,
    keys: (object) => uniqueKeys(schema, object),
  });
  const secrets = chance.fork('credentials');
  const credentials = { clientId: `3MVG9${secrets.text(80)}`, clientSecret: secrets.text(64, '0123456789ABCDEF') };
  const access = createAccess({ schema, store, settings });
  const rules = createRules();
  const deletions = createDeletions(store);
  const quota = createQuota(clock.now);
  let describedAt = 0;
  store.onCommit(({ changes }) => {
    for (const { after } of changes)
      if (after?.object === 'RecordType') offerRecordTypes(schema, String(after.values.SobjectType));
    if (changes.some(({ before, after }) => describing.has((after ?? before)?.object ?? ''))) describedAt = clock.now();
  });
  let people = bootstrap();

  function bootstrap(): People {
    const stamp = toSecond(clock.now());
    const standing = createIdSource(chance.fork('standing'));
    const organization = ids.next('00D');
    const [profile, standardProfile, api, person] = [
      ids.next('00e'),
      ids.next('00e'),
      ids.next('005'),
      ids.next('005'),
    ];
    const transaction = store.begin(api, '');
    const put = (object: string, id: string, values: Values): void => {
      transaction.put(systemRow(object, id, api, stamp, values));
    };
    put('Organization', organization, {
      ...{
        Name: 'Acme Incorporated',
        OrganizationType: edition(settings.now),
        IsSandbox: settings.now.plan === 'sandbox',
        InstanceName: 'EU42',
      },
      ...{
        TimeZoneSidKey: 'GMT',
        DefaultLocaleSidKey: 'en_US',
        LanguageLocaleKey: 'en_US',
        PrimaryContact: 'Ada Admin',
      },
    });
    put('Profile', profile, { Name: 'System Administrator', UserType: 'Standard' });
    put('Profile', standardProfile, { Name: 'Standard User', UserType: 'Standard' });
    for (const id of [profile, standardProfile]) {
      const all = id === profile;
      const may = { PermissionsApiEnabled: true, PermissionsViewAllData: all, PermissionsModifyAllData: all };
      const set = ids.next('0PS');
      put('PermissionSet', set, {
        Name: `X${id}`,
        Label: `X${id}`,
        ProfileId: id,
        IsOwnedByProfile: true,
        Type: 'Profile',
        ...may,
      });
      // Whoever may modify all data needs no more.
      if (!all) for (const name of ordinary) put('ObjectPermissions', standing.next('110'), mayWork(set, name));
    }
    put('User', api, userValues('Integration', 'Syncline', 'integration', profile));
    put('User', person, userValues('Ada', 'Admin', 'ada', profile));
    const value = (MasterLabel: string, at: number): Values => ({
      MasterLabel,
      ApiName: MasterLabel,
      SortOrder: at + 1,
      IsDefault: at === 0,
    });
    ['New', 'Working', 'Escalated', 'Closed'].forEach((label, i) => {
      put('CaseStatus', ids.next('01J'), { ...value(label, i), IsClosed: label === 'Closed' });
    });
    ['Open - Not Contacted', 'Working - Contacted', 'Closed - Converted', 'Closed - Not Converted'].forEach(
      (label, i) => {
        put('LeadStatus', ids.next('01Q'), { ...value(label, i), IsConverted: label === 'Closed - Converted' });
      },
    );
    transaction.commit(0);
    store.settle(clock.now());
    return { organization, api, person, ...credentials };
  }

  return {
    clock,
    chance,
    delays: chance.fork('delays'),
    settings,
    schema,
    store,
    access,
    rules,
    ids: { next: (prefix) => ids.next(prefix) },
    deletions,
    quota,
    describedAt: () => describedAt,
    touchDescribe() {
      describedAt = clock.now();
    },
    get people() {
      return people;
    },
    nextNumber(field) {
      const number = (numbers.get(field) ?? 1_000) + 1;
      numbers.set(field, number);
      return number;
    },
    reset() {
      settings.reset();
      schema.reset();
      store.reset();
      rules.reset();
      deletions.reset();
      quota.reset();
      describedAt = clock.now();
      ids = createIdSource(chance.fork('ids'));
      numbers = new Map();
      people = bootstrap();
    },
  };
}

const ordinary = ['Account', 'Contact', 'Lead', 'Case', 'Opportunity'];

/** What a standard user may do with an object. */
function mayWork(set: string, object: string): Values {
  const most = { PermissionsCreate: true, PermissionsRead: true, PermissionsEdit: true, PermissionsDelete: true };
  const all = { PermissionsViewAllRecords: false, PermissionsModifyAllRecords: false };
  return { ParentId: set, SobjectType: object, ...most, ...all };
}

/** An object has a RecordTypeId from its first record type on. */
function offerRecordTypes(schema: Schema, name: string): void {
  const object = schema.find(name);
  if (object === undefined || object.byName.has('recordtypeid')) return;
  schema.putField(
    name,
    parseField(
      'RecordTypeId | reference | cun | Record Type ID | to=RecordType as=RecordType -permissionable -searchPrefilterable',
    ),
  );
}

const describing = new Set([
  ...['RecordType', 'FieldPermissions', 'ObjectPermissions', 'PermissionSet', 'PermissionSetAssignment', 'User'],
]);

function userValues(firstName: string, lastName: string, name: string, profile: string): Values {
  const mail = `${name}@acme.example`;
  return {
    ...{
      FirstName: firstName,
      LastName: lastName,
      Name: `${firstName} ${lastName}`,
      Username: mail,
      Email: mail,
      Alias: name.slice(0, 8),
    },
    ...{
      CommunityNickname: name,
      IsActive: true,
      ProfileId: profile,
      UserType: 'Standard',
      TimeZoneSidKey: 'GMT',
      LocaleSidKey: 'en_US',
    },
    ...{ EmailEncodingKey: 'UTF-8', LanguageLocaleKey: 'en_US' },
  };
}

/** A row that the org itself made. */
export function systemRow(object: string, id: string, user: string, at: number, values: Values): StoredRow {
  const stamps = { createdAt: at, createdBy: user, modifiedAt: at, modifiedBy: user, stampAt: at };
  return { id, object, ...stamps, deleted: false, values };
}

const keysOfObject = new WeakMap<
  object,
  readonly { readonly field: string; readonly key: (row: StoredRow) => string | null }[]
>();

function uniqueKeys(
  schema: Schema,
  name: string,
): readonly { readonly field: string; readonly key: (row: StoredRow) => string | null }[] {
  const object = schema.find(name);
  if (object === undefined) return [];
  const known = keysOfObject.get(object);
  if (known !== undefined) return known;
  const keys = object.unique.map((field) => ({
    field: field.name,
    key: (row: StoredRow) => uniqueKey(field, row.values[field.name]),
  }));
  keysOfObject.set(object, keys);
  return keys;
}

/** What makes two values the same in a unique field; null: nothing is held. */
export function uniqueKey(field: FieldDefinition, value: Json | undefined): string | null {
  if (value === null || value === undefined) return null;
  return field.describe.caseSensitive ? String(value) : String(value).toLowerCase();
}
