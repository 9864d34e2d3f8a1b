import {
  externalId,
  kept,
  line,
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

const dictionary = {
  actions: reading,
  id: 'code',
  title: ['label'],
  attributes: { label: line(), order: value('integer') },
} as const;

/**
 * Cases have no `update_list`, and their `updatedAt` is null until the first change.
 * Source: OroCRM, API resources of cases; the case entity's own callbacks.
 */
export const deskTypes: readonly ResourceType[] = [
  resource('cases', {
    actions: writing,
    updatedOnCreate: false,
    title: ['subject'],
    attributes: {
      subject: line({ required: true }),
      description: value('text'),
      resolution: value('text'),
      ...stamps,
      reportedAt: shown('datetime'),
      closedAt: shown('datetime'),
      externalId,
    },
    relations: {
      source: one('casesources', { required: true }),
      status: one('casestatuses', { required: true }),
      priority: one('casepriorities', { required: true }),
      relatedContact: one('contacts'),
      relatedAccount: one('accounts'),
      assignedTo: one('users'),
      owner: owned.owner,
      comments: kept('casecomments', 'case'),
      organization: owned.organization,
    },
  }),
  resource('casecomments', {
    actions: writing,
    title: ['message'],
    attributes: {
      message: value('text', { required: true }),
      public: value('boolean', { initial: false }),
      ...stamps,
    },
    relations: {
      case: one('cases', { required: true, cascade: true }),
      contact: one('contacts'),
      owner: owned.owner,
      updatedBy: one('users', { access: 'read' }),
      attachment: one('files'),
      organization: owned.organization,
    },
  }),
  resource('casestatuses', dictionary),
  resource('casepriorities', dictionary),
  resource('casesources', dictionary),
];
