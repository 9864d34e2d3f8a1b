import { deskTypes } from './catalogue-desk.ts';
import { salesTypes } from './catalogue-sales.ts';
import { systemTypes } from './catalogue-system.ts';
import {
  batching,
  contactPoints,
  externalId,
  kept,
  line,
  many,
  names,
  one,
  owned,
  type ResourceType,
  reading,
  resource,
  shown,
  stamps,
  value,
  writing,
} from './resource.ts';

/** How often and when somebody was contacted: counted by the vendor. */
export const contacted = {
  lastContactedDate: shown('datetime'),
  lastContactedDateIn: shown('datetime'),
  lastContactedDateOut: shown('datetime'),
  timesContacted: shown('integer'),
  timesContactedIn: shown('integer'),
  timesContactedOut: shown('integer'),
} as const;

/** Source: OroCRM, API resources of accounts, contacts and contact addresses. */
const customerTypes: readonly ResourceType[] = [
  resource('accounts', {
    actions: batching,
    title: ['name'],
    attributes: { ...contacted, name: line({ required: true }), externalId, ...stamps },
    relations: {
      ...owned,
      contacts: kept('contacts', 'accounts'),
      defaultContact: one('contacts'),
      referredBy: one('accounts'),
    },
  }),
  resource('contacts', {
    actions: batching,
    title: ['firstName', 'lastName'],
    attributes: {
      ...contacted,
      ...names,
      firstName: line({ max: 100 }),
      lastName: line({ max: 100 }),
      gender: line({ choices: ['male', 'female'] }),
      birthday: value('date'),
      description: value('text'),
      jobTitle: line(),
      fax: line(),
      skype: line(),
      twitter: line(),
      facebook: line(),
      googlePlus: line(),
      linkedIn: line(),
      externalId,
      ...stamps,
      ...contactPoints,
    },
    relations: {
      source: one('contactsources'),
      method: one('contactmethods'),
      owner: owned.owner,
      assignedTo: one('users'),
      reportsTo: one('contacts'),
      addresses: kept('contactaddresses', 'owner', { access: 'read' }),
      groups: many('contactgroups'),
      accounts: many('accounts'),
      createdBy: one('users', { access: 'read', initial: 'user' }),
      updatedBy: one('users', { access: 'read' }),
      organization: owned.organization,
      defaultInAccounts: kept('accounts', 'defaultContact'),
      picture: one('files'),
    },
  }),
  resource('contactaddresses', {
    actions: batching,
    title: ['label', 'street', 'city'],
    attributes: {
      primary: value('boolean', { initial: false }),
      label: line(),
      street: line({ max: 500 }),
      street2: line({ max: 500 }),
      city: line(),
      postalCode: line(),
      organization: line(),
      ...names,
      customRegion: line(),
      ...stamps,
    },
    relations: {
      owner: one('contacts', { required: true, fixed: true, cascade: true }),
      types: many('addresstypes'),
      country: one('countries', { required: true }),
      region: one('regions'),
    },
  }),
  resource('contactgroups', {
    actions: writing,
    title: ['label'],
    attributes: { label: line({ required: true, max: 30 }) },
    relations: owned,
  }),
  resource('contactsources', { actions: reading, id: 'code', title: ['label'], attributes: { label: line() } }),
  resource('contactmethods', { actions: reading, id: 'code', title: ['label'], attributes: { label: line() } }),
];

export const allTypes: readonly ResourceType[] = [...customerTypes, ...deskTypes, ...salesTypes, ...systemTypes];
