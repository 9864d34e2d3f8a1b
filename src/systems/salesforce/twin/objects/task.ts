import type { ObjectText } from '../object-text.ts';

export const task: ObjectText = {
  name: 'Task',
  label: 'Task',
  labelPlural: 'Tasks',
  keyPrefix: '00T',
  words: '',
  scopes: "everything:All tasks; mine:My tasks; team:My team's tasks",
  fields: `
Id | id | d | Activity ID
WhoId | reference | cun | Name ID | to=Contact,Lead as=Who children=Tasks cascade
WhatId | reference | cun | Related To ID | to=Account,Asset,Campaign,Case,Contract,Opportunity,Order,Product2,Solution as=What children=Tasks cascade
Subject | combobox(255) | cun | Subject | -permissionable nameField | Call; Email; Send Letter; Send Quote; Other
ActivityDate | date | cun | Due Date Only | -aggregatable -permissionable
Status | picklist(40) | cud | Status | | Not Started*; In Progress; Completed; Waiting on someone else; Deferred
Priority | picklist(40) | cud | Priority | | High; Normal*; Low
IsHighPriority | boolean | d | High Priority
OwnerId | reference | cud | Assigned To ID | to=Group,User as=Owner
Description | textarea(32000) | cun | Description
Type | picklist(40) | cun | Type | | Call; Meeting; Other
IsDeleted | boolean | d | Deleted
AccountId | reference | n | Account ID | to=Account as=Account searchPrefilterable
IsClosed | boolean | d | Closed
CreatedDate | datetime | d | Created Date
CreatedById | reference | d | Created By ID | to=User as=CreatedBy
LastModifiedDate | datetime | d | Last Modified Date
LastModifiedById | reference | d | Last Modified By ID | to=User as=LastModifiedBy
SystemModstamp | datetime | d | System Modstamp
IsArchived | boolean | d | Archived
CallDurationInSeconds | int(8) | cun | Call Duration | -permissionable
CallType | picklist(40) | cun | Call Type | -permissionable | Internal; Inbound; Outbound
CallDisposition | string(255) | cun | Call Result | -permissionable
CallObject | string(255) | cun | Call Object Identifier | -permissionable
ReminderDateTime | datetime | cun | Reminder Date/Time | -permissionable
IsReminderSet | boolean | cud | Reminder Set
RecurrenceActivityId | reference | n | Recurrence Activity ID | to=Task children=RecurringTasks
IsRecurrence | boolean | cd | Create Recurring Series of Tasks
TaskSubtype | picklist(40) | cn | Task Subtype | restrictedPicklist | Task; Email; ListEmail; Cadence; Call; LinkedIn
CompletedDateTime | datetime | n | Completed Date
`,
};
