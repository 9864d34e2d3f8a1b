import type { FieldSetting } from '../../mapping/settings.ts';

/**
 * The rows of the vendor's own ticket sync ("Setting up ticket sync from Zendesk to Salesforce", standard and custom field mappings), which
 * its package names; the two that hold references, to the requester and the organization, are in tickets.ts. Where the vendor leaves the
 * values to the administrator, these fit the options that a new account and a new org have.
 */

const prefix = 'Zendesk_Support_Ticket_';

/** Cut, with the address where all of it can be read: to hold a ticket for its length would help nobody. */
const tooLong = { cut: 'url' };

const status = {
  toCrm: { new: 'New', open: 'Working', pending: 'Working', hold: 'Working', solved: 'Closed', closed: 'Closed' },
  toDesk: { New: 'open', Working: 'open', Escalated: 'open', Closed: 'solved' },
};

/** Salesforce has one word for high and urgent: what comes back as high is equal to either. */
const priority = {
  toCrm: { low: 'Low', normal: 'Medium', high: 'High', urgent: 'High' },
  toDesk: { Low: 'low', Medium: 'normal', High: 'high' },
};

/** Metric of the ticket, and how the case fields of its two figures begin. */
const metrics = [
  ['full_resolution', 'Resolution'],
  ['requester_wait', 'Req_Wait'],
  ['agent_wait', 'Agent_Wait'],
  ['on_hold', 'On_Hold'],
  ['first_reply', 'First_Reply'],
] as const;

const plain: readonly (readonly [crm: string, desk: string])[] = [
  [`${prefix}ID__c`, 'id'],
  [`${prefix}Requester_Name__c`, 'requester.name'],
  [`${prefix}Requester_Email__c`, 'requester.email'],
  [`${prefix}Organization_Name__c`, 'organization.name'],
  [`${prefix}Brand_Name__c`, 'brand.name'],
  ['Zendesk_Assignee__c', 'assignee_id'],
  [`${prefix}Assignee_Name__c`, 'assignee.name'],
  [`${prefix}Group_Name__c`, 'group.name'],
  [`${prefix}Tags__c`, 'tags'],
  [`${prefix}URL__c`, 'url'],
  [`${prefix}Form_Name__c`, 'form.name'],
  [`${prefix}Created_At__c`, 'created_at'],
  [`${prefix}Updated_At__c`, 'updated_at'],
  [`${prefix}Solved_At__c`, 'metric_set.solved_at'],
  [`${prefix}Initial_Assigned__c`, 'metric_set.initially_assigned_at'],
  ...metrics.flatMap(([metric, name]) => [
    [`${prefix}${name}_Cal__c`, `metric_set.${metric}.calendar`] as const,
    [`${prefix}${name}_Bus__c`, `metric_set.${metric}.business`] as const,
  ]),
];

export const standardFields: readonly FieldSetting[] = [
  { crm: 'Type', desk: 'type' },
  { crm: 'Priority', desk: 'priority', values: { toCrm: priority.toCrm } },
  { crm: 'Status', desk: 'status', values: { toCrm: status.toCrm } },
  { crm: 'Subject', desk: 'subject', tooLong },
  { crm: 'Description', desk: 'description', tooLong },
  ...plain.map(([crm, desk]) => ({ crm, desk })),
];

/** The fields of a ticket that a case can fill, with the values on that way. */
const back: Readonly<Record<string, Pick<FieldSetting, 'values'>>> = {
  Type: {},
  Priority: { values: priority },
  Status: { values: status },
  Subject: {},
};

/** Goes to the help desk when a ticket is made of a case, and never later. */
const once = { direction: 'both', write: { desk: 'create' } } as const;

const onCreation = { direction: 'crm-to-desk', write: 'create' } as const;

/** What a ticket that is made of a case has from it beside its own rows. */
const made: readonly FieldSetting[] = [
  // Where no contact tells the requester: whoever wrote the case, or had the ticket before.
  { from: firstOf('SuppliedName', `${prefix}Requester_Name__c`), desk: 'requester_name', ...onCreation },
  { from: firstOf('SuppliedEmail', `${prefix}Requester_Email__c`), desk: 'requester_email', ...onCreation },
  // A case that had a ticket already gets one that follows it.
  { crm: `${prefix}ID__c`, desk: 'via_followup_source_id', ...onCreation },
];

function firstOf(one: string, other: string): string {
  return `default(crm.${one}, crm.${other})`;
}

/** The rows as they flow where something of a case goes to its ticket, or (`isMade`) tickets are made of cases. */
export function backFields(
  fields: readonly FieldSetting[],
  { caseToTicket, isMade }: { readonly caseToTicket: 'off' | 'status' | 'all'; readonly isMade: boolean },
): readonly FieldSetting[] {
  const shaped = fields.map((field): FieldSetting => {
    const own = back[field.crm ?? ''];
    const isOpen =
      own !== undefined && (caseToTicket === 'all' || (caseToTicket === 'status' && field.crm === 'Status'));
    if (isOpen) return { ...field, ...own, direction: 'both' };
    // A ticket's description is its first comment: nothing ever writes it again.
    return isMade && (own !== undefined || field.crm === 'Description') ? { ...field, ...own, ...once } : field;
  });
  return isMade ? [...shaped, ...made] : shaped;
}
