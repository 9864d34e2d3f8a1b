import type { ObjectText } from '../object-text.ts';

export const contact: ObjectText = {
  name: 'Contact',
  label: 'Contact',
  labelPlural: 'Contacts',
  keyPrefix: '003',
  words: 'mergeable feedEnabled',
  scopes: "everything:All contacts; mine:My contacts; scopingRule:Filter by scope; team:My team's contacts",
  fields: `
Id | id | d | Contact ID
IsDeleted | boolean | d | Deleted
MasterRecordId | reference | n | Master Record ID | to=Contact as=MasterRecord
AccountId | reference | cun | Account ID | to=Account as=Account children=Contacts cascade
LastName | string(80) | cu | Last Name | in=Name extra=personname
FirstName | string(40) | cun | First Name | in=Name extra=personname -permissionable
Salutation | picklist(40) | cun | Salutation | in=Name extra=personname -permissionable | Mr.; Ms.; Mrs.; Dr.; Prof.
Name | string(121) | - | Full Name | extra=personname nameField
OtherStreet | textarea(255) | cun | Other Street | in=OtherAddress
OtherCity | string(40) | cun | Other City | in=OtherAddress
OtherState | string(80) | cun | Other State/Province | in=OtherAddress
OtherPostalCode | string(20) | cun | Other Zip/Postal Code | in=OtherAddress
OtherCountry | string(80) | cun | Other Country | in=OtherAddress
OtherLatitude | double(18,15) | cun | Other Latitude | in=OtherAddress
OtherLongitude | double(18,15) | cun | Other Longitude | in=OtherAddress
OtherGeocodeAccuracy | picklist(40) | cun | Other Geocode Accuracy | in=OtherAddress restrictedPicklist | Address; NearAddress; Block; Street; ExtendedZip; Zip; Neighborhood; City; County; State; Unknown
OtherAddress | address | n | Other Address
MailingStreet | textarea(255) | cun | Mailing Street | in=MailingAddress
MailingCity | string(40) | cun | Mailing City | in=MailingAddress
MailingState | string(80) | cun | Mailing State/Province | in=MailingAddress
MailingPostalCode | string(20) | cun | Mailing Zip/Postal Code | in=MailingAddress
MailingCountry | string(80) | cun | Mailing Country | in=MailingAddress
MailingLatitude | double(18,15) | cun | Mailing Latitude | in=MailingAddress
MailingLongitude | double(18,15) | cun | Mailing Longitude | in=MailingAddress
MailingGeocodeAccuracy | picklist(40) | cun | Mailing Geocode Accuracy | in=MailingAddress restrictedPicklist | Address; NearAddress; Block; Street; ExtendedZip; Zip; Neighborhood; City; County; State; Unknown
MailingAddress | address | n | Mailing Address
Phone | phone(40) | cun | Business Phone
Fax | phone(40) | cun | Business Fax
MobilePhone | phone(40) | cun | Mobile Phone
HomePhone | phone(40) | cun | Home Phone
OtherPhone | phone(40) | cun | Other Phone
AssistantPhone | phone(40) | cun | Asst. Phone
ReportsToId | reference | cun | Reports To ID | to=Contact as=ReportsTo
Email | email(80) | cun | Email | idLookup
Title | string(128) | cun | Title
Department | string(80) | cun | Department
AssistantName | string(40) | cun | Assistant's Name
LeadSource | picklist(255) | cun | Lead Source |  | Web; Phone Inquiry; Partner Referral; Purchased List; Other
Birthdate | date | cun | Birthdate
Description | textarea(32000) | cun | Contact Description
OwnerId | reference | cud | Owner ID | to=User as=Owner
CreatedDate | datetime | d | Created Date
CreatedById | reference | d | Created By ID | to=User as=CreatedBy
LastModifiedDate | datetime | d | Last Modified Date
LastModifiedById | reference | d | Last Modified By ID | to=User as=LastModifiedBy
SystemModstamp | datetime | d | System Modstamp
LastActivityDate | date | n | Last Activity
LastCURequestDate | datetime | n | Last Stay-in-Touch Request Date
LastCUUpdateDate | datetime | n | Last Stay-in-Touch Save Date
LastViewedDate | datetime | n | Last Viewed Date
LastReferencedDate | datetime | n | Last Referenced Date
EmailBouncedReason | string(255) | cun | Email Bounced Reason | -permissionable
EmailBouncedDate | datetime | cun | Email Bounced Date | -permissionable
IsEmailBounced | boolean | d | Is Email Bounced
PhotoUrl | url(255) | n | Photo URL | extra=imageurl
Jigsaw | string(20) | cun | Data.com Key
JigsawContactId | string(20) | n | Jigsaw Contact ID | as=JigsawContact
CleanStatus | picklist(40) | cun | Clean Status | restrictedPicklist | Matched~In Sync; Different; Acknowledged~Reviewed; NotFound~Not Found; Inactive; Pending~Not Compared; SelectMatch~Select Match; Skipped
IndividualId | reference | cun | Individual ID | to=Individual as=Individual -permissionable
`,
};
