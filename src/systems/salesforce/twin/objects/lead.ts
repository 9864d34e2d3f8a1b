import type { ObjectText } from '../object-text.ts';

export const lead: ObjectText = {
  name: 'Lead',
  label: 'Lead',
  labelPlural: 'Leads',
  keyPrefix: '00Q',
  words: 'mergeable feedEnabled',
  scopes:
    "everything:All leads; mine:My leads; queue_owned:Queue owned leads; scopingRule:Filter by scope; team:My team's leads; user_owned:User owned leads",
  fields: `
Id | id | d | Lead ID
IsDeleted | boolean | d | Deleted
MasterRecordId | reference | n | Master Record ID | to=Lead as=MasterRecord
LastName | string(80) | cu | Last Name | in=Name extra=personname
FirstName | string(40) | cun | First Name | in=Name extra=personname -permissionable
Salutation | picklist(40) | cun | Salutation | in=Name extra=personname -permissionable | Mr.; Ms.; Mrs.; Dr.; Prof.; Mx.
Name | string(121) | - | Full Name | extra=personname nameField
Title | string(128) | cun | Title
Company | string(255) | cu | Company
Street | textarea(255) | cun | Street | in=Address
City | string(40) | cun | City | in=Address
State | string(80) | cun | State/Province | in=Address
PostalCode | string(20) | cun | Zip/Postal Code | in=Address
Country | string(80) | cun | Country | in=Address
Latitude | double(18,15) | cun | Latitude | in=Address
Longitude | double(18,15) | cun | Longitude | in=Address
GeocodeAccuracy | picklist(40) | cun | Geocode Accuracy | in=Address restrictedPicklist | Address; NearAddress; Block; Street; ExtendedZip; Zip; Neighborhood; City; County; State; Unknown
Address | address | n | Address
Phone | phone(40) | cun | Phone
MobilePhone | phone(40) | cun | Mobile Phone
Fax | phone(40) | cun | Fax
Email | email(80) | cun | Email | idLookup
Website | url(255) | cun | Website
PhotoUrl | url(255) | n | Photo URL | extra=imageurl
Description | textarea(32000) | cun | Description
LeadSource | picklist(255) | cun | Lead Source |  | Web; Phone Inquiry; Partner Referral; Purchased List; Other
Status | picklist(255) | cud | Status |  | Open - Not Contacted*; Working - Contacted; Closed - Converted; Closed - Not Converted
Industry | picklist(255) | cun | Industry |  | Agriculture; Apparel; Banking; Biotechnology; Chemicals; Communications; Construction; Consulting; Education; Electronics; Energy; Engineering; Entertainment; Environmental; Finance; Food & Beverage; Government; Healthcare; Hospitality; Insurance; Machinery; Manufacturing; Media; Not For Profit; Recreation; Retail; Shipping; Technology; Telecommunications; Transportation; Utilities; Other
Rating | picklist(255) | cun | Rating |  | Hot; Warm; Cold
AnnualRevenue | currency(18,0) | cun | Annual Revenue
NumberOfEmployees | int(8) | cun | Employees
OwnerId | reference | cud | Owner ID | to=Group,User as=Owner
IsConverted | boolean | cd | Converted
ConvertedDate | date | n | Converted Date
ConvertedAccountId | reference | n | Converted Account ID | to=Account as=ConvertedAccount searchPrefilterable
ConvertedContactId | reference | n | Converted Contact ID | to=Contact as=ConvertedContact searchPrefilterable
ConvertedOpportunityId | reference | n | Converted Opportunity ID | to=Opportunity as=ConvertedOpportunity searchPrefilterable
IsUnreadByOwner | boolean | cud | Unread By Owner
CreatedDate | datetime | d | Created Date
CreatedById | reference | d | Created By ID | to=User as=CreatedBy
LastModifiedDate | datetime | d | Last Modified Date
LastModifiedById | reference | d | Last Modified By ID | to=User as=LastModifiedBy
SystemModstamp | datetime | d | System Modstamp
LastActivityDate | date | n | Last Activity
LastViewedDate | datetime | n | Last Viewed Date
LastReferencedDate | datetime | n | Last Referenced Date
Jigsaw | string(20) | cun | Data.com Key
JigsawContactId | string(20) | n | Jigsaw Contact ID | as=JigsawContact
CleanStatus | picklist(40) | cun | Clean Status | restrictedPicklist | Matched~In Sync; Different; Acknowledged~Reviewed; NotFound~Not Found; Inactive; Pending~Not Compared; SelectMatch~Select Match; Skipped
CompanyDunsNumber | string(9) | cun | Company D-U-N-S Number
DandbCompanyId | reference | cun | D&B Company ID | to=DandBCompany as=DandbCompany
EmailBouncedReason | string(255) | un | Email Bounced Reason | -permissionable
EmailBouncedDate | datetime | un | Email Bounced Date | -permissionable
IndividualId | reference | cun | Individual ID | to=Individual as=Individual -permissionable
`,
};
