import type { Kind } from './kinds.ts';
import { isoOrNull } from './stamps.ts';

/** Source: Zoho Desk's OpenAPI file Ticket.json. Statuses, priorities and the like are display names, each portal's own. */
export const tickets: Kind = {
  module: 'tickets',
  singular: 'ticket',
  event: 'Ticket',
  trashKey: 'ticketIds',
  defaultLimit: 25,
  cfMax: 255,
  scope: 'tickets',
  fields: [
    { name: 'subject', label: 'Subject', type: 'Text', max: 1_000, isRequired: true },
    { name: 'departmentId', label: 'Department', type: 'LookUp', refersTo: 'departments', isRequired: true },
    { name: 'contactId', label: 'Contact Name', type: 'LookUp', refersTo: 'contacts', isRequired: true },
    { name: 'accountId', label: 'Account Name', type: 'LookUp', refersTo: 'accounts' },
    { name: 'productId', label: 'Product Name', type: 'LookUp', refersTo: 'products' },
    { name: 'assigneeId', label: 'Ticket Owner', type: 'LookUp', refersTo: 'agents' },
    { name: 'teamId', label: 'Team', type: 'LookUp', refersTo: 'teams' },
    { name: 'layoutId', label: 'Layout', type: 'LookUp', refersTo: 'layouts' },
    { name: 'description', label: 'Description', type: 'Textarea', max: 65_535 },
    { name: 'resolution', label: 'Resolution', type: 'Textarea', max: 65_535 },
    { name: 'status', label: 'Status', type: 'Picklist', options: ['Open', 'On Hold', 'Escalated', 'Closed'] },
    { name: 'priority', label: 'Priority', type: 'Picklist', options: ['High', 'Medium', 'Low'] },
    {
      name: 'channel',
      label: 'Channel',
      type: 'Picklist',
      options: ['Email', 'Phone', 'Web', 'Chat', 'Forums', 'Twitter', 'Facebook', 'Feedback'],
    },
    {
      name: 'classification',
      label: 'Classification',
      type: 'Picklist',
      options: ['Question', 'Problem', 'Feature', 'Others'],
    },
    { name: 'category', label: 'Category', type: 'Text', max: 300 },
    { name: 'subCategory', label: 'Sub Category', type: 'Text', max: 300 },
    { name: 'language', label: 'Language', type: 'Text', max: 255 },
    { name: 'email', label: 'Email', type: 'Email', max: 150 },
    { name: 'phone', label: 'Phone', type: 'Phone', max: 120 },
    { name: 'dueDate', label: 'Due Date', type: 'DateTime' },
    { name: 'secondaryContacts', label: 'Secondary Contacts', type: 'Ids', max: 20 },
    { name: 'entitySkills', label: 'Skills', type: 'Ids', max: 10 },
    { name: 'sharedDepartments', label: 'Shared Departments', type: 'List', max: 100 },
  ],
  sorts: ['dueDate', 'createdTime', 'recentThread', 'responseDueDate', 'customerResponseTime'],
  includes: ['contacts', 'products', 'departments', 'team', 'assignee', 'isRead', 'contract', 'skills'],
  rowFields: [
    ...['id', 'ticketNumber', 'subject', 'status', 'statusType', 'priority', 'channel', 'channelCode', 'category'],
    ...['subCategory', 'email', 'phone', 'language', 'departmentId', 'contactId', 'accountId', 'productId'],
    ...['assigneeId', 'teamId', 'layoutId', 'dueDate', 'responseDueDate', 'customerResponseTime', 'createdTime'],
    ...['closedTime', 'onholdTime', 'lastThread', 'source', 'sentiment', 'relationshipType', 'isRead', 'isSpam'],
    ...['isArchived', 'isOverDue', 'isEscalated', 'threadCount', 'commentCount', 'webUrl'],
  ],
  search: {
    texts: ['subject', 'description', 'email', 'phone', 'category', 'contactName', 'accountName'],
    exact: [
      ...['id', 'status', 'ticketNumber', 'contactId', 'accountId', 'assigneeId', 'departmentId', 'channel'],
      ...['priority', 'productId'],
    ],
    times: ['createdTimeRange', 'modifiedTimeRange', 'dueDateRange'],
  },
  detail(portal, { id, values, cf, createdMs, modifiedMs, trashedMs, isSpam }) {
    const talk = portal.talks.of(id);
    const last = talk.threads.at(-1);
    const contact = portal.stores.contacts.live.get(String(values.contactId));
    const account = portal.stores.accounts.live.get(String(values.accountId));
    return {
      ...values,
      id,
      contactId: contact?.id ?? null,
      accountId: account?.id ?? null,
      layoutDetails: portal.fields.tickets.layoutOf(values.layoutId),
      ...portal.fields.tickets.customBody(cf),
      webUrl: portal.webUrl('Cases', id),
      createdTime: isoOrNull(createdMs),
      modifiedTime: isoOrNull(modifiedMs),
      customerResponseTime: isoOrNull(last?.atMs ?? createdMs),
      responseDueDate: null,
      channelCode: null,
      channelRelatedInfo: null,
      source: { appName: null, extId: null, type: 'SYSTEM', permalink: null, appPhotoURL: null },
      sentiment: null,
      relationshipType: 'None',
      lastThread:
        last === undefined
          ? null
          : { channel: last.channel, direction: last.direction, isDraft: false, isForward: false },
      isOverDue: typeof values.dueDate === 'string' && Date.parse(values.dueDate) < portal.nowMs,
      isResponseOverdue: false,
      isEscalated: values.status === 'Escalated',
      isSpam,
      isArchived: false,
      isDeleted: trashedMs !== null,
      isTrashed: trashedMs !== null,
      threadCount: String(talk.threads.length),
      commentCount: String(talk.comments.length),
      taskCount: '0',
      approvalCount: '0',
      timeEntryCount: '0',
      tagCount: '0',
      followerCount: '0',
      attachmentCount: String(portal.files.of('tickets', id).length),
      slaId: null,
      contractId: null,
    };
  },
  join(portal, { values }, include) {
    switch (include) {
      case 'contacts':
        return { contact: portal.contactBody(values.contactId) };
      case 'departments':
        return { department: portal.nameBody(portal.departments, values.departmentId) };
      case 'assignee':
        return { assignee: portal.ownerBody(values.assigneeId) };
      case 'products':
        return { product: portal.nameBody(portal.products, values.productId) };
      case 'isRead':
        return { isRead: values.isRead ?? false };
      default:
        return { [include]: null };
    }
  },
};
