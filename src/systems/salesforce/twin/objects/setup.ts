import type { ObjectText } from '../object-text.ts';

const stamps = `
CreatedDate | datetime | d | Created Date
CreatedById | reference | d | Created By ID | to=User as=CreatedBy
LastModifiedDate | datetime | d | Last Modified Date
LastModifiedById | reference | d | Last Modified By ID | to=User as=LastModifiedBy
SystemModstamp | datetime | d | System Modstamp`;
const setup = '-undeletable -layoutable -triggerable -mruEnabled -searchable';

export const recordType: ObjectText = {
  name: 'RecordType',
  label: 'Record Type',
  labelPlural: 'Record Types',
  keyPrefix: '012',
  words: `${setup} -deletable`,
  scopes: '',
  fields: `
Id | id | d | Record Type ID
Name | string(80) | cu | Name | nameField
DeveloperName | string(80) | cu | Record Type Name
NamespacePrefix | string(15) | n | Namespace Prefix
Description | string(255) | cun | Description | -permissionable
BusinessProcessId | string(18) | cun | Business Process ID | -permissionable
SobjectType | picklist(40) | c | SObject Type Name
IsActive | boolean | cud | Active
IsPersonType | boolean | d | Is Person Type${stamps}
`,
};

export const permissionSet: ObjectText = {
  name: 'PermissionSet',
  label: 'Permission Set',
  labelPlural: 'Permission Set',
  keyPrefix: '0PS',
  words: setup,
  scopes: '',
  fields: `
Id | id | d | PermissionSet ID
Name | string(80) | cu | Permission Set Name | nameField
Label | string(80) | cu | Permission Set Label
LicenseId | string(18) | cun | License ID | -permissionable
ProfileId | reference | n | Profile ID | to=Profile as=Profile
IsOwnedByProfile | boolean | d | Is Owned By Profile
IsCustom | boolean | d | Custom
Type | picklist(40) | n | Type | restrictedPicklist | Regular; Standard; Profile; Session; Group
PermissionsApiEnabled | boolean | cud | API Enabled
PermissionsViewAllData | boolean | cud | View All Data
PermissionsModifyAllData | boolean | cud | Modify All Data
Description | string(255) | cun | Description | -permissionable
NamespacePrefix | string(15) | n | Namespace Prefix${stamps}
`,
};

export const permissionSetAssignment: ObjectText = {
  name: 'PermissionSetAssignment',
  label: 'Permission Set Assignment',
  labelPlural: 'Permission Set Assignment',
  keyPrefix: '0Pa',
  words: `${setup} -updateable`,
  scopes: '',
  fields: `
Id | id | d | PermissionSetAssignment ID
PermissionSetId | reference | c | PermissionSet ID | to=PermissionSet as=PermissionSet children=Assignments cascade
AssigneeId | reference | c | User ID | to=User as=Assignee children=PermissionSetAssignments
SystemModstamp | datetime | d | Date Assigned
IsActive | boolean | d | Is Active
`,
};

export const fieldPermissions: ObjectText = {
  name: 'FieldPermissions',
  label: 'Field Permissions',
  labelPlural: 'Field Permissions',
  keyPrefix: '01k',
  words: setup,
  scopes: '',
  fields: `
Id | id | d | Field Permissions ID
ParentId | reference | c | Parent ID | to=PermissionSet as=Parent children=FieldPerms cascade
SobjectType | picklist(40) | c | Sobject Type Name
Field | picklist(255) | c | Field Name
PermissionsEdit | boolean | cud | Edit Field
PermissionsRead | boolean | cud | Read Field
SystemModstamp | datetime | d | System Modstamp
`,
};

export const objectPermissions: ObjectText = {
  name: 'ObjectPermissions',
  label: 'Object Permissions',
  labelPlural: 'Object Permissions',
  keyPrefix: '110',
  words: setup,
  scopes: '',
  fields: `
Id | id | d | Object Permissions ID
ParentId | reference | c | Parent ID | to=PermissionSet as=Parent children=ObjectPerms cascade
SobjectType | picklist(40) | c | Object Type Name
PermissionsCreate | boolean | cud | Create Records
PermissionsRead | boolean | cud | Read Records
PermissionsEdit | boolean | cud | Edit Records
PermissionsDelete | boolean | cud | Delete Records
PermissionsViewAllRecords | boolean | cud | Read All Records
PermissionsModifyAllRecords | boolean | cud | Edit All Records${stamps}
`,
};

export const customField: ObjectText = {
  name: 'CustomField',
  label: 'Custom Field',
  labelPlural: 'Custom Fields',
  keyPrefix: '00N',
  words: `${setup} tooling`,
  scopes: '',
  fields: `
Id | id | d | Custom Field Definition ID
DeveloperName | string(40) | cu | Developer Name | nameField
FullName | string(255) | cn | Full Name
ManageableState | string(40) | n | Manageable State
NamespacePrefix | string(15) | n | Namespace Prefix
TableEnumOrId | string(255) | c | Table Enum Or Id
Length | int(8) | n | Length
Precision | int(8) | n | Precision
Scale | int(8) | n | Scale
InlineHelpText | string(1000) | cun | Inline Help Text
Description | textarea(1000) | cun | Description
Metadata | complexvalue | cun | Metadata
EntityDefinitionId | string(255) | n | Entity Definition ID${stamps}
`,
};

export const platformEventChannelMember: ObjectText = {
  name: 'PlatformEventChannelMember',
  label: 'Platform Event Channel Member',
  labelPlural: 'Platform Event Channel Members',
  keyPrefix: '0v8',
  words: `${setup} tooling`,
  scopes: '',
  fields: `
Id | id | d | Platform Event Channel Member ID
DeveloperName | string(80) | cu | Developer Name | nameField
EventChannel | string(80) | c | Event Channel
SelectedEntity | string(80) | c | Selected Entity${stamps}
`,
};

export const platformEventChannel: ObjectText = {
  name: 'PlatformEventChannel',
  label: 'Platform Event Channel',
  labelPlural: 'Platform Event Channels',
  keyPrefix: '0YL',
  words: `${setup} tooling`,
  scopes: '',
  fields: `
Id | id | d | Platform Event Channel ID
DeveloperName | string(80) | cu | Developer Name | nameField
FullName | string(255) | cn | Full Name
MasterLabel | string(80) | cun | Label
ChannelType | picklist(40) | c | Channel Type${stamps}
`,
};

export const managedEventSubscription: ObjectText = {
  name: 'ManagedEventSubscription',
  label: 'Managed Event Subscription',
  labelPlural: 'Managed Event Subscriptions',
  keyPrefix: '18x',
  words: `${setup} tooling`,
  scopes: '',
  fields: `
Id | id | d | Managed Event Subscription ID
DeveloperName | string(80) | cu | Developer Name | nameField
FullName | string(255) | cn | Full Name
MasterLabel | string(80) | cun | Label
TopicName | string(255) | c | Topic Name
DefaultReplay | picklist(40) | cu | Default Replay
ErrorRecoveryReplay | picklist(40) | cu | Error Recovery Replay
State | picklist(40) | cu | State${stamps}
`,
};

export const pushTopic: ObjectText = {
  name: 'PushTopic',
  label: 'Push Topic',
  labelPlural: 'Push Topics',
  keyPrefix: '0IF',
  words: setup,
  scopes: '',
  fields: `
Id | id | d | Push Topic ID
Name | string(25) | cu | Topic Name | nameField
Query | textarea(1300) | cu | SOQL Query
ApiVersion | double(3,1) | cu | API Version
IsActive | boolean | cud | Is Active
NotifyForFields | picklist(40) | cud | Notify For Fields | restrictedPicklist | All; Referenced*; Select; Where
NotifyForOperationCreate | boolean | cud | Create
NotifyForOperationUpdate | boolean | cud | Update
NotifyForOperationDelete | boolean | cud | Delete
NotifyForOperationUndelete | boolean | cud | Undelete
Description | textarea(400) | cun | Description | -permissionable
IsDeleted | boolean | d | Deleted${stamps}
`,
};
