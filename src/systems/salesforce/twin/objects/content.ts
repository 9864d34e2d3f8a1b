import type { ObjectText } from '../object-text.ts';

const stamps = `
CreatedDate | datetime | d | Created Date
CreatedById | reference | d | Created By ID | to=User as=CreatedBy
LastModifiedDate | datetime | d | Last Modified Date
LastModifiedById | reference | d | Last Modified By ID | to=User as=LastModifiedBy
SystemModstamp | datetime | d | System Modstamp`;
const entities = 'Account,Case,Contact,Lead,Opportunity';

/** Files by their documentation (Object Reference); no describe of a real org was at hand. */
export const attachment: ObjectText = {
  name: 'Attachment',
  label: 'Attachment',
  labelPlural: 'Attachments',
  keyPrefix: '00P',
  words: '-layoutable -mruEnabled',
  scopes: '',
  fields: `
Id | id | d | Attachment ID
IsDeleted | boolean | d | Deleted
ParentId | reference | c | Parent ID | to=${entities},EmailMessage,Task,Event as=Parent children=Attachments cascade
Name | string(255) | cu | File Name | nameField
IsPrivate | boolean | cud | Private
ContentType | string(120) | cun | Content Type | -permissionable
BodyLength | int(9) | n | Body Length
Body | base64 | cu | Body
OwnerId | reference | cud | Owner ID | to=User as=Owner
Description | string(500) | cun | Description | -permissionable${stamps}
`,
};

export const contentDocument: ObjectText = {
  name: 'ContentDocument',
  label: 'Content Document',
  labelPlural: 'Content Documents',
  keyPrefix: '069',
  words: '-createable -layoutable',
  scopes: '',
  fields: `
Id | id | d | ContentDocument ID
IsArchived | boolean | d | Is Archived
IsDeleted | boolean | d | Is Deleted
OwnerId | reference | ud | Owner ID | to=User as=Owner
Title | string(255) | u | Title | nameField
LatestPublishedVersionId | reference | n | Latest Published Version ID | to=ContentVersion as=LatestPublishedVersion
Description | string(1000) | un | Description | -permissionable
ContentSize | int(9) | n | Size
FileType | string(20) | n | File Type
FileExtension | string(40) | n | File Extension${stamps}
`,
};

export const contentVersion: ObjectText = {
  name: 'ContentVersion',
  label: 'Content Version',
  labelPlural: 'Content Versions',
  keyPrefix: '068',
  words: '-deletable -undeletable',
  scopes: '',
  fields: `
Id | id | d | ContentVersion ID
ContentDocumentId | reference | cn | ContentDocument ID | to=ContentDocument as=ContentDocument children=ContentVersions cascade
IsLatest | boolean | d | Is Latest
VersionNumber | string(20) | n | Version Number
Title | string(255) | cun | Title | nameField -permissionable
Description | textarea(1000) | cun | Description | -permissionable
ReasonForChange | string(1000) | cun | Reason For Change | -permissionable
PathOnClient | string(500) | cn | Path On Client
OwnerId | reference | cud | Owner ID | to=User as=Owner
FileType | string(20) | n | File Type
FileExtension | string(40) | n | File Extension
VersionData | base64 | cun | Version Data | -permissionable
ContentSize | int(9) | n | Size
Checksum | string(50) | n | Checksum
FirstPublishLocationId | reference | cn | First Publish Location ID | to=${entities},User as=FirstPublishLocation
IsDeleted | boolean | d | Is Deleted${stamps}
`,
};

export const contentDocumentLink: ObjectText = {
  name: 'ContentDocumentLink',
  label: 'Content Document Link',
  labelPlural: 'Content Document Links',
  keyPrefix: '06A',
  words: '-undeletable -layoutable -mruEnabled -searchable',
  scopes: '',
  fields: `
Id | id | d | ContentDocumentLink ID
LinkedEntityId | reference | c | Linked Entity ID | to=${entities},User as=LinkedEntity children=ContentDocumentLinks cascade
ContentDocumentId | reference | c | ContentDocument ID | to=ContentDocument as=ContentDocument children=ContentDocumentLinks cascade
IsDeleted | boolean | d | Is Deleted
SystemModstamp | datetime | d | System Modstamp
ShareType | picklist(40) | cun | Share Type | restrictedPicklist -permissionable | V~Viewer; C~Collaborator; I~Inferred
Visibility | picklist(40) | cun | Visibility | restrictedPicklist -permissionable | AllUsers~All Users; InternalUsers~Standard Users; SharedUsers~Shared Users
`,
};
