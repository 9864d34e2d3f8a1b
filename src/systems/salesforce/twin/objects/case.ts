import type { ObjectText } from '../object-text.ts';

export const caseObject: ObjectText = {
  name: 'Case',
  label: 'Case',
  labelPlural: 'Cases',
  keyPrefix: '500',
  words: 'feedEnabled',
  scopes:
    "everything:All cases; genericteam:My case teams cases; mine:My cases; queue_owned:Queue owned cases; team_by_role:My role-based team's cases; user_owned:User owned cases",
  fields: `
Id | id | d | Case ID
IsDeleted | boolean | d | Deleted
MasterRecordId | reference | n | Master Record ID | to=Case as=MasterRecord
CaseNumber | string(30) | d | Case Number | -groupable idLookup nameField autoNumber
ContactId | reference | cun | Contact ID | to=Contact as=Contact children=Cases restrict
AccountId | reference | cun | Account ID | to=Account as=Account children=Cases restrict
AssetId | reference | cun | Asset ID | to=Asset as=Asset
ParentId | reference | cun | Parent Case ID | to=Case as=Parent children=Cases
SuppliedName | string(80) | cun | Name
SuppliedEmail | email(80) | cun | Email Address
SuppliedPhone | string(40) | cun | Phone
SuppliedCompany | string(80) | cun | Company
Type | picklist(40) | cun | Case Type |  | Mechanical; Electrical; Electronic; Structural; Other
Status | picklist(40) | cund | Status | -permissionable | New*; Working; Escalated; Closed
Reason | picklist(40) | cun | Case Reason |  | Installation; Equipment Complexity; Performance; Breakdown; Equipment Design; Feedback; Other
Origin | picklist(40) | cun | Case Origin |  | Phone; Email; Web
Subject | string(255) | cun | Subject
Priority | picklist(40) | cund | Priority |  | High; Medium*; Low
Description | textarea(32000) | cun | Description
IsClosed | boolean | d | Closed
ClosedDate | datetime | n | Closed Date | permissionable
IsEscalated | boolean | cud | Escalated | permissionable
OwnerId | reference | cud | Owner ID | to=Group,User as=Owner
CreatedDate | datetime | d | Created Date
CreatedById | reference | d | Created By ID | to=User as=CreatedBy
LastModifiedDate | datetime | d | Last Modified Date
LastModifiedById | reference | d | Last Modified By ID | to=User as=LastModifiedBy
SystemModstamp | datetime | d | System Modstamp
ContactPhone | phone(40) | n | Contact Phone
ContactMobile | phone(40) | n | Contact Mobile
ContactEmail | email(80) | n | Contact Email
ContactFax | phone(40) | n | Contact Fax
Comments | textarea(4000) | cun | Internal Comments | aggregatable sortable -permissionable bytes=4000
LastViewedDate | datetime | n | Last Viewed Date
LastReferencedDate | datetime | n | Last Referenced Date
`,
};
