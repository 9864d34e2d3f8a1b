import type { ObjectText } from '../object-text.ts';

export const opportunity: ObjectText = {
  name: 'Opportunity',
  label: 'Opportunity',
  labelPlural: 'Opportunities',
  keyPrefix: '006',
  words: 'deepCloneable feedEnabled',
  scopes:
    "everything:All opportunities; mine:My opportunities; scopingRule:Filter by scope; team:My team's opportunities",
  fields: `
Id | id | d | Opportunity ID
IsDeleted | boolean | d | Deleted
AccountId | reference | cun | Account ID | to=Account as=Account children=Opportunities cascade
IsPrivate | boolean | cud | Private | permissionable
Name | string(120) | cu | Name | idLookup nameField
Description | textarea(32000) | cun | Description
StageName | picklist(255) | cu | Stage |  | Prospecting; Qualification; Needs Analysis; Value Proposition; Id. Decision Makers; Perception Analysis; Proposal/Price Quote; Negotiation/Review; Closed Won; Closed Lost
Amount | currency(18,2) | cun | Amount
Probability | percent(3,0) | cund | Probability (%)
ExpectedRevenue | currency(18,2) | n | Expected Amount | permissionable
TotalOpportunityQuantity | double(18,2) | cun | Quantity
CloseDate | date | cu | Close Date
Type | picklist(255) | cun | Opportunity Type |  | Existing Customer - Upgrade; Existing Customer - Replacement; Existing Customer - Downgrade; New Customer
NextStep | string(255) | cun | Next Step
LeadSource | picklist(255) | cun | Lead Source |  | Web; Phone Inquiry; Partner Referral; Purchased List; Other
IsClosed | boolean | d | Closed
IsWon | boolean | d | Won
ForecastCategory | picklist(40) | - | Forecast Category | restrictedPicklist | Omitted; Pipeline; BestCase~Best Case; MostLikely~Most Likely; Forecast~Commit; Closed
ForecastCategoryName | picklist(255) | cund | Forecast Category | -permissionable restrictedPicklist | Omitted; Pipeline; Best Case; Commit; Closed
CampaignId | reference | cun | Campaign ID | to=Campaign as=Campaign
HasOpportunityLineItem | boolean | d | Has Line Item
Pricebook2Id | reference | cund | Price Book ID | to=Pricebook2 as=Pricebook2 -permissionable
OwnerId | reference | cud | Owner ID | to=User as=Owner
CreatedDate | datetime | d | Created Date
CreatedById | reference | d | Created By ID | to=User as=CreatedBy
LastModifiedDate | datetime | d | Last Modified Date
LastModifiedById | reference | d | Last Modified By ID | to=User as=LastModifiedBy
SystemModstamp | datetime | d | System Modstamp
LastActivityDate | date | n | Last Activity
LastStageChangeDate | datetime | n | Last Stage Change Date
FiscalQuarter | int(8) | n | Fiscal Quarter | in=Fiscal
FiscalYear | int(8) | n | Fiscal Year | in=Fiscal
Fiscal | string(6) | n | Fiscal Period | bytes=6
ContactId | reference | cn | Contact ID | to=Contact children=Opportunities -searchPrefilterable
LastViewedDate | datetime | n | Last Viewed Date
LastReferencedDate | datetime | n | Last Referenced Date
HasOpenActivity | boolean | d | Has Open Activity | -filterable -sortable
HasOverdueTask | boolean | d | Has Overdue Task | -filterable -sortable
LastAmountChangedHistoryId | reference | n | Opportunity History ID | to=OpportunityHistory as=LastAmountChangedHistory searchPrefilterable
LastCloseDateChangedHistoryId | reference | n | Opportunity History ID | to=OpportunityHistory as=LastCloseDateChangedHistory searchPrefilterable
`,
};
