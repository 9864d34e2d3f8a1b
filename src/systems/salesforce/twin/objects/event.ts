import type { ObjectText } from '../object-text.ts';

export const event: ObjectText = {
  name: 'Event',
  label: 'Event',
  labelPlural: 'Events',
  keyPrefix: '00U',
  words: '',
  scopes:
    "delegated:My delegated events; everything:All events; mine:My events; scopingRule:Filter by scope; team:My team's events",
  fields: `
Id | id | d | Activity ID
WhoId | reference | cun | Name ID | to=Contact,Lead as=Who children=Events cascade
WhatId | reference | cun | Related To ID | to=Account,Asset,Campaign,Case,Contract,Opportunity,Order,Product2,Solution as=What children=Events cascade
Subject | combobox(255) | cun | Subject | -permissionable nameField | Call; Email; Meeting; Send Letter/Quote; Other
Location | string(255) | cun | Location
IsAllDayEvent | boolean | cud | All-Day Event | permissionable
ActivityDateTime | datetime | cun | Due Date Time | -permissionable
ActivityDate | date | cun | Due Date Only | -aggregatable -permissionable
DurationInMinutes | int(8) | cun | Duration | -permissionable
StartDateTime | datetime | cun | Start Date Time | -permissionable
EndDateTime | datetime | cun | End Date Time | -permissionable
EndDate | date | n | End Date
Description | textarea(32000) | cun | Description
AccountId | reference | n | Account ID | to=Account as=Account searchPrefilterable
OwnerId | reference | cud | Assigned To ID | to=Calendar,User as=Owner
IsPrivate | boolean | cud | Private
ShowAs | picklist(40) | cund | Show Time As | -permissionable restrictedPicklist | Busy*; OutOfOffice~Out of Office; Free
IsDeleted | boolean | d | Deleted
IsChild | boolean | d | Is Child
IsGroupEvent | boolean | d | Is Group Event
GroupEventType | picklist(40) | nd | Group Event Type | restrictedPicklist | 0~Non-group Event*; 1~Group Event; 2~Proposed Event; 3~IsRecurrence2 Series Pattern
CreatedDate | datetime | d | Created Date
CreatedById | reference | d | Created By ID | to=User as=CreatedBy
LastModifiedDate | datetime | d | Last Modified Date
LastModifiedById | reference | d | Last Modified By ID | to=User as=LastModifiedBy
SystemModstamp | datetime | d | System Modstamp
IsArchived | boolean | d | Archived
RecurrenceActivityId | reference | n | Recurrence Activity ID | to=Event children=RecurringEvents
IsRecurrence | boolean | cd | Create Recurring Series of Events
RecurrenceStartDateTime | datetime | cun | Recurrence Start | -permissionable
RecurrenceEndDateOnly | date | cun | Recurrence End | -permissionable
RecurrenceTimeZoneSidKey | picklist(40) | cun | Recurrence Time Zone | -permissionable restrictedPicklist | America/Los_Angeles~(GMT-08:00) Pacific Standard Time (America/Los_Angeles); America/New_York~(GMT-05:00) Eastern Standard Time (America/New_York); Europe/London~(GMT+00:00) Greenwich Mean Time (Europe/London); GMT~(GMT+00:00) Greenwich Mean Time (GMT); Europe/Paris~(GMT+01:00) Central European Standard Time (Europe/Paris); Asia/Tokyo~(GMT+09:00) Japan Standard Time (Asia/Tokyo)
RecurrenceType | picklist(40) | cun | Recurrence Type | -permissionable restrictedPicklist | RecursDaily~Recurs Daily; RecursEveryWeekday~Recurs Every Weekday; RecursMonthly~Recurs Monthly; RecursMonthlyNth~Recurs Monthly Nth; RecursWeekly~Recurs Weekly; RecursYearly~Recurs Yearly; RecursYearlyNth~Recurs Yearly Nth
RecurrenceInterval | int(9) | cun | Recurrence Interval | -permissionable
RecurrenceDayOfWeekMask | int(9) | cun | Recurrence Day of Week Mask | -permissionable
RecurrenceDayOfMonth | int(9) | cun | Recurrence Day of Month | -permissionable
RecurrenceInstance | picklist(40) | cun | Recurrence Instance | -permissionable restrictedPicklist | First~1st; Second~2nd; Third~3rd; Fourth~4th; Last~last
RecurrenceMonthOfYear | picklist(40) | cun | Recurrence Month of Year | -permissionable restrictedPicklist | January; February; March; April; May; June; July; August; September; October; November; December
ReminderDateTime | datetime | cun | Reminder Date/Time | -permissionable
IsReminderSet | boolean | cud | Reminder Set
EventSubtype | picklist(40) | cn | Event Subtype | restrictedPicklist | Event
IsRecurrence2Exclusion | boolean | d | Historical Event, Not Following Recurrence
Recurrence2PatternText | textarea(512) | cn | Recurrence Pattern
Recurrence2PatternVersion | picklist(40) | n | Pattern Version | restrictedPicklist | 1~RFC 5545 v4 RRULE; 2~RFC 5545 v4_2 RRULE
IsRecurrence2 | boolean | d | Repeat
IsRecurrence2Exception | boolean | d | Is Exception
Recurrence2PatternStartDate | datetime | n | Recurrence Pattern Start Date
Recurrence2PatternTimeZone | string(255) | n | Recurrence Pattern Time Zone Reference
`,
};
