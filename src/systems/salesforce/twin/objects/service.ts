import type { ObjectText } from '../object-text.ts';

export const caseComment: ObjectText = {
  name: 'CaseComment',
  label: 'Case Comment',
  labelPlural: 'Case Comments',
  keyPrefix: '00a',
  words: '-mruEnabled -layoutable',
  scopes: 'everything:All case comments',
  fields: `
Id | id | d | Case Comment ID
ParentId | reference | c | Parent Case ID | to=Case as=Parent children=CaseComments cascade
IsPublished | boolean | cud | Published
CommentBody | textarea(4000) | cun | Body | bytes=4000 -permissionable
CreatedById | reference | d | Created By ID | to=User as=CreatedBy
CreatedDate | datetime | d | Created Date
SystemModstamp | datetime | d | System Modstamp
LastModifiedDate | datetime | d | Last Modified Date
LastModifiedById | reference | d | Last Modified By ID | to=User as=LastModifiedBy
IsDeleted | boolean | d | Deleted
`,
};

export const caseStatus: ObjectText = {
  name: 'CaseStatus',
  label: 'Case Status Value',
  labelPlural: 'Case Status Value',
  keyPrefix: '01J',
  words: '-createable -updateable -deletable -undeletable -layoutable -triggerable -searchable -mruEnabled',
  scopes: '',
  fields: `
Id | id | d | Case Status Value ID
MasterLabel | string(255) | n | Master Label | nameField
ApiName | string(255) | n | API Name
SortOrder | int(8) | n | Sort Order
IsDefault | boolean | d | Is Default
IsClosed | boolean | d | Is Closed
CreatedById | reference | d | Created By ID | to=User as=CreatedBy
CreatedDate | datetime | d | Created Date
LastModifiedById | reference | d | Last Modified By ID | to=User as=LastModifiedBy
LastModifiedDate | datetime | d | Last Modified Date
SystemModstamp | datetime | d | System Modstamp
`,
};

export const leadStatus: ObjectText = {
  name: 'LeadStatus',
  label: 'Lead Status Value',
  labelPlural: 'Lead Status Value',
  keyPrefix: '01Q',
  words: '-createable -updateable -deletable -undeletable -layoutable -triggerable -searchable -mruEnabled',
  scopes: '',
  fields: `
Id | id | d | Lead Status Value ID
MasterLabel | string(255) | n | Master Label | nameField
ApiName | string(255) | n | API Name
SortOrder | int(8) | n | Sort Order
IsDefault | boolean | d | Is Default
IsConverted | boolean | d | Is Converted
CreatedById | reference | d | Created By ID | to=User as=CreatedBy
CreatedDate | datetime | d | Created Date
LastModifiedById | reference | d | Last Modified By ID | to=User as=LastModifiedBy
LastModifiedDate | datetime | d | Last Modified Date
SystemModstamp | datetime | d | System Modstamp
`,
};

export const emailMessage: ObjectText = {
  name: 'EmailMessage',
  label: 'Email Message',
  labelPlural: 'Email Messages',
  keyPrefix: '02s',
  words: '-undeletable',
  scopes: 'everything:All email messages',
  fields: `
Id | id | d | Email Message ID
ParentId | reference | cn | Case ID | to=Case as=Parent children=EmailMessages cascade
ActivityId | reference | cun | Activity ID | to=Task as=Activity
CreatedById | reference | d | Created By ID | to=User as=CreatedBy
CreatedDate | datetime | d | Created Date
LastModifiedDate | datetime | d | Last Modified Date
LastModifiedById | reference | d | Last Modified By ID | to=User as=LastModifiedBy
SystemModstamp | datetime | d | System Modstamp
TextBody | textarea(131072) | cun | Text Body | -permissionable
HtmlBody | textarea(131072) | cun | HTML Body | -permissionable
Headers | textarea(32000) | cun | Headers | -permissionable
Subject | string(3000) | cun | Subject | nameField -permissionable
FromName | string(1000) | cun | From Name | -permissionable
FromAddress | email(1000) | cun | From Address | -permissionable
ToAddress | string(4000) | cun | To Address | -permissionable
CcAddress | string(4000) | cun | CC Address | -permissionable
BccAddress | string(4000) | cun | BCC Address | -permissionable
Incoming | boolean | cd | Is Incoming
HasAttachment | boolean | d | Has Attachment
Status | picklist(40) | cud | Status | restrictedPicklist | 0~New; 1~Read; 2~Replied; 3~Sent; 4~Forwarded; 5~Draft*
MessageDate | datetime | cun | Message Date | -permissionable
IsDeleted | boolean | d | Deleted
IsExternallyVisible | boolean | cud | Is Externally Visible
MessageIdentifier | string(765) | cun | Message ID | -permissionable
ThreadIdentifier | string(765) | cun | Thread ID | -permissionable
RelatedToId | reference | cn | Related To ID | to=Account,Case,Contact,Lead,Opportunity as=RelatedTo children=Emails
`,
};

export const note: ObjectText = {
  name: 'Note',
  label: 'Note',
  labelPlural: 'Notes',
  keyPrefix: '002',
  words: '-layoutable -mruEnabled',
  scopes: '',
  fields: `
Id | id | d | Note Id
IsDeleted | boolean | d | Deleted
ParentId | reference | c | Parent ID | to=Account,Case,Contact,Lead,Opportunity as=Parent children=Notes cascade
Title | string(80) | cu | Title | nameField
IsPrivate | boolean | cud | Private
Body | textarea(32000) | cun | Body | -permissionable
OwnerId | reference | cud | Owner ID | to=User as=Owner
CreatedDate | datetime | d | Created Date
CreatedById | reference | d | Created By ID | to=User as=CreatedBy
LastModifiedDate | datetime | d | Last Modified Date
LastModifiedById | reference | d | Last Modified By ID | to=User as=LastModifiedBy
SystemModstamp | datetime | d | System Modstamp
`,
};
