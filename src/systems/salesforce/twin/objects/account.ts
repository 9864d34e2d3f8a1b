import type { ObjectText } from '../object-text.ts';

export const account: ObjectText = {
  name: 'Account',
  label: 'Account',
  labelPlural: 'Accounts',
  keyPrefix: '001',
  words: 'mergeable feedEnabled',
  scopes: "everything:All accounts; mine:My accounts; team:My team's accounts",
  fields: `
Id | id | d | Account ID
IsDeleted | boolean | d | Deleted
MasterRecordId | reference | n | Master Record ID | to=Account as=MasterRecord
Name | string(255) | cu | Account Name | in=Name extra=switchablepersonname nameField
Type | picklist(40) | cun | Account Type |  | Prospect; Customer - Direct; Customer - Channel; Channel Partner / Reseller; Installation Partner; Technology Partner; Other
RecordTypeId | reference | cun | Record Type ID | to=RecordType as=RecordType -permissionable -searchPrefilterable
ParentId | reference | cun | Parent Account ID | to=Account as=Parent children=ChildAccounts
BillingStreet | textarea(255) | cun | Billing Street | in=BillingAddress
BillingCity | string(40) | cun | Billing City | in=BillingAddress
BillingState | string(80) | cun | Billing State/Province | in=BillingAddress
BillingPostalCode | string(20) | cun | Billing Zip/Postal Code | in=BillingAddress
BillingCountry | string(80) | cun | Billing Country | in=BillingAddress
BillingLatitude | double(18,15) | cun | Billing Latitude | in=BillingAddress
BillingLongitude | double(18,15) | cun | Billing Longitude | in=BillingAddress
BillingGeocodeAccuracy | picklist(40) | cun | Billing Geocode Accuracy | in=BillingAddress restrictedPicklist | Address; NearAddress; Block; Street; ExtendedZip; Zip; Neighborhood; City; County; State; Unknown
BillingAddress | address | n | Billing Address
ShippingStreet | textarea(255) | cun | Shipping Street | in=ShippingAddress
ShippingCity | string(40) | cun | Shipping City | in=ShippingAddress
ShippingState | string(80) | cun | Shipping State/Province | in=ShippingAddress
ShippingPostalCode | string(20) | cun | Shipping Zip/Postal Code | in=ShippingAddress
ShippingCountry | string(80) | cun | Shipping Country | in=ShippingAddress
ShippingLatitude | double(18,15) | cun | Shipping Latitude | in=ShippingAddress
ShippingLongitude | double(18,15) | cun | Shipping Longitude | in=ShippingAddress
ShippingGeocodeAccuracy | picklist(40) | cun | Shipping Geocode Accuracy | in=ShippingAddress restrictedPicklist | Address; NearAddress; Block; Street; ExtendedZip; Zip; Neighborhood; City; County; State; Unknown
ShippingAddress | address | n | Shipping Address
Phone | phone(40) | cun | Account Phone
Fax | phone(40) | cun | Account Fax
AccountNumber | string(40) | cun | Account Number
Website | url(255) | cun | Website
PhotoUrl | url(255) | n | Photo URL | extra=imageurl
Sic | string(20) | cun | SIC Code
Industry | picklist(40) | cun | Industry |  | Agriculture; Apparel; Banking; Biotechnology; Chemicals; Communications; Construction; Consulting; Education; Electronics; Energy; Engineering; Entertainment; Environmental; Finance; Food & Beverage; Government; Healthcare; Hospitality; Insurance; Machinery; Manufacturing; Media; Not For Profit; Recreation; Retail; Shipping; Technology; Telecommunications; Transportation; Utilities; Other
AnnualRevenue | currency(18,0) | cun | Annual Revenue
NumberOfEmployees | int(8) | cun | Employees
Ownership | picklist(40) | cun | Ownership |  | Public; Private; Subsidiary; Other
TickerSymbol | string(20) | cun | Ticker Symbol
Description | textarea(32000) | cun | Account Description
Rating | picklist(40) | cun | Account Rating |  | Hot; Warm; Cold
Site | string(80) | cun | Account Site
OwnerId | reference | cud | Owner ID | to=User as=Owner
CreatedDate | datetime | d | Created Date
CreatedById | reference | d | Created By ID | to=User as=CreatedBy
LastModifiedDate | datetime | d | Last Modified Date
LastModifiedById | reference | d | Last Modified By ID | to=User as=LastModifiedBy
SystemModstamp | datetime | d | System Modstamp
LastActivityDate | date | n | Last Activity
LastViewedDate | datetime | n | Last Viewed Date
LastReferencedDate | datetime | n | Last Referenced Date
IsPartner | boolean | ud | Partner Account
IsCustomerPortal | boolean | ud | Customer Portal Account
ChannelProgramName | string(255) | n | Channel Program Name | -filterable -sortable
ChannelProgramLevelName | string(255) | n | Channel Program Level Name | -filterable -sortable
Jigsaw | string(20) | cun | Data.com Key
JigsawCompanyId | string(20) | n | Jigsaw Company ID | as=JigsawCompany
CleanStatus | picklist(40) | cun | Clean Status | restrictedPicklist | Matched~In Sync; Different; Acknowledged~Reviewed; NotFound~Not Found; Inactive; Pending~Not Compared; SelectMatch~Select Match; Skipped
AccountSource | picklist(40) | cun | Account Source |  | Web; Phone Inquiry; Partner Referral; Purchased List; Other
DunsNumber | string(9) | cun | D-U-N-S Number
Tradestyle | string(255) | cun | Tradestyle
NaicsCode | string(8) | cun | NAICS Code
NaicsDesc | string(120) | cun | NAICS Description
YearStarted | string(4) | cun | Year Started
SicDesc | string(80) | cun | SIC Description
DandbCompanyId | reference | cun | D&B Company ID | to=DandBCompany as=DandbCompany
OperatingHoursId | reference | cun | Operating Hour ID | to=OperatingHours as=OperatingHours
`,
};
