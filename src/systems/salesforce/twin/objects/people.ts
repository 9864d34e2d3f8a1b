import type { ObjectText } from '../object-text.ts';

export const user: ObjectText = {
  name: 'User',
  label: 'User',
  labelPlural: 'Users',
  keyPrefix: '005',
  words: '-deletable -undeletable feedEnabled',
  scopes: "everything:All users; mine:My users; team:My team's users",
  fields: `
Id | id | d | User ID
Username | string(80) | cu | Username | idLookup
LastName | string(80) | cu | Last Name | in=Name extra=personname
FirstName | string(40) | cun | First Name | in=Name extra=personname -permissionable
Name | string(121) | - | Full Name | extra=personname nameField
CompanyName | string(80) | cun | Company Name | -permissionable
Division | string(80) | cun | Division | -permissionable
Department | string(80) | cun | Department | -permissionable
Title | string(80) | cun | Title | -permissionable
Street | textarea(255) | cun | Street | in=Address -permissionable
City | string(40) | cun | City | in=Address -permissionable
State | string(80) | cun | State/Province | in=Address -permissionable
PostalCode | string(20) | cun | Zip/Postal Code | in=Address -permissionable
Country | string(80) | cun | Country | in=Address -permissionable
Address | address | n | Address
Email | email(128) | cu | Email | idLookup
Phone | phone(40) | cun | Phone | -permissionable
Fax | phone(40) | cun | Fax | -permissionable
MobilePhone | phone(40) | cun | Mobile | -permissionable
Alias | string(8) | cu | Alias
CommunityNickname | string(40) | cud | Nickname
IsActive | boolean | cud | Active
TimeZoneSidKey | picklist(40) | cu | Time Zone | restrictedPicklist | America/Los_Angeles; America/New_York; Europe/London; Europe/Paris; Europe/Berlin; GMT; Asia/Tokyo
UserRoleId | reference | cun | Role ID | to=UserRole as=UserRole -permissionable
LocaleSidKey | picklist(40) | cu | Locale | restrictedPicklist | en_US; en_GB; fr_FR; de_DE; es_ES; it_IT; ja_JP
EmailEncodingKey | picklist(40) | cu | Email Encoding | restrictedPicklist | UTF-8; ISO-8859-1
ProfileId | reference | cu | Profile ID | to=Profile as=Profile children=Users
UserType | picklist(40) | d | User Type | restrictedPicklist | Standard*; PowerPartner; Guest; AutomatedProcess
LanguageLocaleKey | picklist(40) | cu | Language | restrictedPicklist | en_US; fr; de; es; it; ja
EmployeeNumber | string(20) | cun | Employee Number | -permissionable
ManagerId | reference | cun | Manager ID | to=User as=Manager children=ManagedUsers -permissionable
LastLoginDate | datetime | n | Last Login
CreatedDate | datetime | d | Created Date
CreatedById | reference | d | Created By ID | to=User as=CreatedBy
LastModifiedDate | datetime | d | Last Modified Date
LastModifiedById | reference | d | Last Modified By ID | to=User as=LastModifiedBy
SystemModstamp | datetime | d | System Modstamp
FederationIdentifier | string(512) | cun | SAML Federation ID | -permissionable
SmallPhotoUrl | url(1024) | n | Url for small sized Photo
FullPhotoUrl | url(1024) | n | Url for full-sized Photo
`,
};

export const group: ObjectText = {
  name: 'Group',
  label: 'Group',
  labelPlural: 'Group',
  keyPrefix: '00G',
  words: '-undeletable -layoutable -triggerable -mruEnabled',
  scopes: '',
  fields: `
Id | id | d | Group ID
Name | string(40) | cu | Name | nameField
DeveloperName | string(80) | cun | Developer Name | -permissionable
RelatedId | reference | n | Related ID | to=User,UserRole as=Related
Type | picklist(40) | cd | Type | restrictedPicklist | Regular*; Role; Queue; Organization
Email | email(255) | cun | Email | -permissionable
OwnerId | reference | d | Owner ID | to=Organization,User as=Owner
DoesSendEmailToMembers | boolean | cud | Send Email to Members
DoesIncludeBosses | boolean | cud | Include Bosses
CreatedDate | datetime | d | Created Date
CreatedById | reference | d | Created By ID | to=User as=CreatedBy
LastModifiedDate | datetime | d | Last Modified Date
LastModifiedById | reference | d | Last Modified By ID | to=User as=LastModifiedBy
SystemModstamp | datetime | d | System Modstamp
`,
};

export const queueSobject: ObjectText = {
  name: 'QueueSobject',
  label: 'Queue Sobject',
  labelPlural: 'Queue Sobject',
  keyPrefix: '03g',
  words: '-updateable -undeletable -layoutable -triggerable -mruEnabled -searchable',
  scopes: '',
  fields: `
Id | id | d | Queue Sobject ID
QueueId | reference | c | Group ID | to=Group as=Queue children=QueueSobjects cascade
SobjectType | picklist(40) | c | Sobject Type | | Case; Lead
CreatedById | reference | d | Created By ID | to=User as=CreatedBy
SystemModstamp | datetime | d | System Modstamp
`,
};

export const profile: ObjectText = {
  name: 'Profile',
  label: 'Profile',
  labelPlural: 'Profile',
  keyPrefix: '00e',
  words: '-createable -deletable -undeletable -layoutable -triggerable -mruEnabled',
  scopes: '',
  fields: `
Id | id | d | Profile ID
Name | string(255) | cu | Name | nameField
UserType | picklist(40) | n | User Type | restrictedPicklist | Standard; PowerPartner; Guest
Description | string(255) | cun | Description | -permissionable
CreatedDate | datetime | d | Created Date
CreatedById | reference | d | Created By ID | to=User as=CreatedBy
LastModifiedDate | datetime | d | Last Modified Date
LastModifiedById | reference | d | Last Modified By ID | to=User as=LastModifiedBy
SystemModstamp | datetime | d | System Modstamp
`,
};

export const userRole: ObjectText = {
  name: 'UserRole',
  label: 'Role',
  labelPlural: 'Role',
  keyPrefix: '00E',
  words: '-undeletable -layoutable -triggerable -mruEnabled',
  scopes: '',
  fields: `
Id | id | d | Role ID
Name | string(80) | cu | Name | nameField
ParentRoleId | reference | cun | Parent Role ID | to=UserRole -permissionable
DeveloperName | string(80) | cun | Developer Name | -permissionable
LastModifiedDate | datetime | d | Last Modified Date
LastModifiedById | reference | d | Last Modified By ID | to=User as=LastModifiedBy
SystemModstamp | datetime | d | System Modstamp
`,
};

export const organization: ObjectText = {
  name: 'Organization',
  label: 'Organization',
  labelPlural: 'Organizations',
  keyPrefix: '00D',
  words: '-createable -deletable -undeletable -layoutable -triggerable -mruEnabled -searchable',
  scopes: '',
  fields: `
Id | id | d | Organization ID
Name | string(80) | u | Name | nameField
Division | string(80) | un | Division | -permissionable
Country | string(80) | un | Country | -permissionable
PrimaryContact | string(80) | un | Primary Contact | -permissionable
TimeZoneSidKey | picklist(40) | u | Time Zone | restrictedPicklist | America/Los_Angeles; Europe/Paris; GMT
DefaultLocaleSidKey | picklist(40) | u | Locale | restrictedPicklist | en_US; fr_FR; de_DE
LanguageLocaleKey | picklist(40) | u | Language | restrictedPicklist | en_US; fr; de
OrganizationType | picklist(40) | n | Edition | restrictedPicklist | Developer Edition; Enterprise Edition; Professional Edition; Unlimited Edition
NamespacePrefix | string(15) | n | Namespace Prefix
InstanceName | string(5) | n | Instance Name
IsSandbox | boolean | d | Is Sandbox
TrialExpirationDate | datetime | n | Trial Expiration Date
CreatedDate | datetime | d | Created Date
CreatedById | reference | d | Created By ID | to=User as=CreatedBy
LastModifiedDate | datetime | d | Last Modified Date
LastModifiedById | reference | d | Last Modified By ID | to=User as=LastModifiedBy
SystemModstamp | datetime | d | System Modstamp
`,
};
