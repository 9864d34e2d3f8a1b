import type { Json, JsonObject } from '../../../../twins/json.ts';
import { convertLead } from '../convert-lead.ts';
import { RowError } from '../errors.ts';
import { toId18 } from '../ids.ts';
import { mergeRows } from '../merge.ts';
import { undeleteRow } from '../remove.ts';
import { toSecond } from '../time.ts';
import { refusePlanted } from '../write.ts';
import type { Writer } from '../writer.ts';
import { type Operation, type Running, type SoapAsk, SoapFault } from './operation.ts';
import { allOf, child, textOf, type XmlElement, type XmlValue } from './xml.ts';

/** What the partner API has that REST has not (SOAP API Developer Guide, "Core Calls"). */
export const partnerOperations: Readonly<Record<string, Operation>> = {
  merge: (ask, call) =>
    each(
      ask,
      allOf(call, 'mergeRequests').concat(allOf(call, 'request')),
      (writer, request) => {
        const master = child(request, 'masterRecord');
        const id = textOf(master, 'Id') ?? textOf(master, 'id') ?? '';
        const object = objectOfId(ask, id);
        const losers = allOf(request, 'recordToMergeIds').map(({ text }) => text.trim());
        const merged = mergeRows(writer, object, id, fieldsOf(master), losers, ask.api.trash);
        return { id: merged.id, mergedRecordIds: merged.mergedIds, success: true, updatedRelatedIds: merged.movedIds };
      },
      { id: null },
    ),
  convertLead: (ask, call) =>
    each(
      ask,
      allOf(call, 'leadConverts'),
      (writer, request) => {
        const done = convertLead(writer, {
          leadId: textOf(request, 'leadId') ?? '',
          convertedStatus: textOf(request, 'convertedStatus') ?? '',
          accountId: textOf(request, 'accountId'),
          contactId: textOf(request, 'contactId'),
          doNotCreateOpportunity: textOf(request, 'doNotCreateOpportunity') === 'true',
          opportunityName: textOf(request, 'opportunityName'),
          ownerId: textOf(request, 'ownerId'),
        });
        return {
          accountId: done.accountId,
          contactId: done.contactId,
          leadId: done.leadId,
          opportunityId: done.opportunityId,
          success: true,
        };
      },
      {},
    ),
  undelete: (ask, call) =>
    each(
      ask,
      allOf(call, 'ids'),
      (writer, { text }) => {
        const id = toId18(text.trim());
        if (id === null) throw new RowError('MALFORMED_ID', `malformed id ${text.trim()}`, []);
        return { id: undeleteRow(writer, id, ask.api.trash).id, success: true };
      },
      { id: null },
    ),
  emptyRecycleBin: (ask, call) =>
    each(
      ask,
      allOf(call, 'ids'),
      (writer, { text }) => {
        const id = toId18(text.trim());
        const row = id === null ? undefined : writer.transaction.row(id);
        if (row?.deleted !== true) throw new RowError('INVALID_ID_FIELD', 'id not found in recycle bin', []);
        writer.transaction.purge(row);
        return { id: row.id, success: true };
      },
      { id: null },
    ),
  getServerTimestamp: ({ api }) => ({ timestamp: new Date(api.org.clock.now()).toISOString() }),
  getUserInfo: (ask) => userInfo(ask, ask.session.user),
};

/** Each record for itself: one that fails leaves the others alone. */
function each(
  ask: Running,
  items: readonly XmlElement[],
  work: (writer: Writer, item: XmlElement) => { readonly [name: string]: XmlValue },
  onFailure: { readonly [name: string]: XmlValue },
): XmlValue {
  const { org } = ask.api;
  const { transaction, session, refuse } = ask;
  const writer = {
    org,
    transaction,
    user: session.user,
    at: toSecond(org.clock.now()),
    trusted: false,
    allowDuplicates: false,
    refuse,
  };
  return items.map((item) => {
    const mark = transaction.mark();
    try {
      refusePlanted(writer);
      return work({ ...writer, refuse: () => null }, item);
    } catch (error) {
      transaction.rollback(mark);
      if (!(error instanceof RowError)) throw error;
      return {
        errors: { fields: error.fields ?? [], message: error.message, statusCode: error.code },
        ...onFailure,
        success: false,
      };
    }
  });
}

function objectOfId({ api }: Running, id: string) {
  const object = api.org.schema.byPrefix(id.slice(0, 3));
  if (object === undefined) throw new RowError('MALFORMED_ID', `malformed id ${id}`, []);
  return object;
}

function fieldsOf(record: XmlElement | undefined): JsonObject {
  const fields: Record<string, Json> = {};
  for (const { name, text } of record?.children ?? []) {
    if (name === 'fieldsToNull') fields[text.trim()] = null;
    else if (!/^(id|type)$/i.test(name) || name === 'Type') fields[name] = text;
  }
  return fields;
}

/** Opens a session with a password. Throws SoapFault. */
export function login({ api, sessions, origin, version }: SoapAsk, call: XmlElement): XmlValue {
  const { org } = api;
  const username = textOf(call, 'username')?.toLowerCase();
  const user = [...org.store.rows('User').values()].find(
    (row) => String(row.values.Username).toLowerCase() === username,
  );
  // A security token may follow the password.
  if (user === undefined || textOf(call, 'password')?.startsWith(org.settings.now.password) !== true) {
    throw new SoapFault('INVALID_LOGIN', 'Invalid username, password, security token; or user locked out.');
  }
  const session = sessions.open(user.id, org.people.clientId, 'api', null);
  const organization = org.people.organization.slice(0, 15);
  return {
    metadataServerUrl: `${origin}/services/Soap/m/${version}/${organization}`,
    passwordExpired: false,
    sandbox: org.settings.now.plan === 'sandbox',
    serverUrl: `${origin}/services/Soap/u/${version}/${organization}`,
    sessionId: session.token,
    userId: user.id,
    userInfo: userInfo({ api }, user.id),
  };
}

function userInfo({ api }: Pick<SoapAsk, 'api'>, id: string): XmlValue {
  const { org } = api;
  const { values = {} } = org.store.visible('User', id) ?? {};
  const text = (name: string): string => String(values[name] ?? '');
  return {
    accessibilityMode: false,
    currencySymbol: '$',
    organizationId: org.people.organization,
    organizationMultiCurrency: false,
    organizationName: String(org.store.visible('Organization', org.people.organization)?.values.Name ?? ''),
    profileId: text('ProfileId'),
    roleId: null,
    sessionSecondsValid: org.settings.now.sessionMs / 1_000,
    userDefaultCurrencyIsoCode: null,
    userEmail: text('Email'),
    userFullName: text('Name'),
    userId: id,
    userLanguage: text('LanguageLocaleKey'),
    userLocale: text('LocaleSidKey'),
    userName: text('Username'),
    userTimeZone: text('TimeZoneSidKey'),
    userType: 'Standard',
    userUiSkin: 'Theme3',
  };
}
