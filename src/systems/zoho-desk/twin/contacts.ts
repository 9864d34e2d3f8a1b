import type { Kind } from './kinds.ts';
import { isoOrNull } from './stamps.ts';

/** Source: Zoho Desk's OpenAPI file Contact.json. */
export const contacts: Kind = {
  module: 'contacts',
  singular: 'contact',
  event: 'Contact',
  trashKey: 'contactIds',
  defaultLimit: 10,
  cfMax: 100,
  scope: 'contacts',
  fields: [
    { name: 'lastName', label: 'Last Name', type: 'Text', max: 200, isRequired: true },
    { name: 'firstName', label: 'First Name', type: 'Text', max: 40 },
    { name: 'email', label: 'Email', type: 'Email', max: 255 },
    { name: 'secondaryEmail', label: 'Secondary Email', type: 'Email', max: 100 },
    { name: 'phone', label: 'Phone', type: 'Phone', max: 50 },
    { name: 'mobile', label: 'Mobile', type: 'Phone', max: 50 },
    { name: 'title', label: 'Title', type: 'Text', max: 100 },
    { name: 'type', label: 'Type', type: 'Text', max: 100 },
    { name: 'description', label: 'Description', type: 'Textarea', max: 65_535 },
    { name: 'language', label: 'Language', type: 'Text', max: 255 },
    { name: 'facebook', label: 'Facebook', type: 'Text', max: 100 },
    { name: 'twitter', label: 'Twitter', type: 'Text', max: 100 },
    { name: 'street', label: 'Street', type: 'Text', max: 250 },
    { name: 'city', label: 'City', type: 'Text', max: 100, maxOnUpdate: 30 },
    { name: 'state', label: 'State', type: 'Text', max: 100, maxOnUpdate: 30 },
    { name: 'country', label: 'Country', type: 'Text', max: 100, maxOnUpdate: 30 },
    { name: 'zip', label: 'Zip', type: 'Text', max: 30, takesNumber: true },
    { name: 'ownerId', label: 'Contact Owner', type: 'LookUp', refersTo: 'agents' },
    { name: 'accountId', label: 'Account Name', type: 'LookUp', refersTo: 'accounts' },
    { name: 'layoutId', label: 'Layout', type: 'LookUp', refersTo: 'layouts' },
  ],
  sorts: ['firstName', 'lastName', 'phone', 'email', 'account', 'createdTime', 'modifiedTime'],
  includes: ['accounts', 'owner'],
  rowFields: [
    ...['id', 'lastName', 'firstName', 'email', 'secondaryEmail', 'phone', 'mobile', 'type', 'ownerId', 'accountId'],
    ...['accountCount', 'photoURL', 'isAnonymous', 'isEndUser', 'isSpam', 'createdTime', 'webUrl', 'zohoCRMContact'],
    'customerHappiness',
  ],
  search: {
    texts: ['fullName', 'firstName', 'lastName', 'email', 'phone', 'mobile', 'accountName', 'title'],
    exact: ['id', 'accountId', 'ownerId'],
    times: ['createdTimeRange', 'modifiedTimeRange'],
  },
  detail(portal, { id, values, cf, createdMs, modifiedMs, trashedMs, isSpam }) {
    const account = portal.stores.accounts.live.get(String(values.accountId));
    return {
      ...values,
      id,
      accountId: account?.id ?? null,
      accountCount: String(portal.accountsOf(id).length + (account === undefined ? 0 : 1)),
      layoutDetails: portal.fields.contacts.layoutOf(values.layoutId),
      ...portal.fields.contacts.customBody(cf),
      photoURL: null,
      webUrl: portal.webUrl('Contacts', id),
      createdTime: isoOrNull(createdMs),
      modifiedTime: isoOrNull(modifiedMs),
      isAnonymous: false,
      isEndUser: values.isEndUser ?? false,
      isSpam,
      isDeleted: trashedMs !== null,
      isTrashed: trashedMs !== null,
      isFollowing: 'false',
      zohoCRMContact: null,
      customerHappiness: { badPercentage: '0', okPercentage: '0', goodPercentage: '0' },
    };
  },
  join(portal, { values }, include) {
    if (include === 'owner') return { owner: portal.ownerBody(values.ownerId) };
    return { account: portal.accountBody(values.accountId) };
  },
};
