import { z } from 'zod';
import type { ObjectType } from '../../model/object-type.ts';

/**
 * What a describe says of the objects below (REST API Developer Guide, "sObject Describe"; Apex Reference, "ChildRelationship Class":
 * `cascadeDelete` means that the child goes when its parent does).
 */
export const childRelationships = z
  .array(
    z.looseObject({
      childSObject: z.string().nullish(),
      field: z.string().nullish(),
      cascadeDelete: z.boolean().default(false),
      deprecatedAndHidden: z.boolean().default(false),
    }),
  )
  .default([]);

/**
 * Standard objects whose records people keep, with the field that names one (Object Reference). The rest of what goes along (shares,
 * histories, feeds, links to files) is Salesforce's own bookkeeping: every record has some of it.
 */
const titles: ReadonlyMap<string, string> = new Map([
  ['Asset', 'Name'],
  ['Attachment', 'Name'],
  ['CampaignMember', 'Name'],
  ['Case', 'CaseNumber'],
  ['CaseComment', 'CommentBody'],
  ['Contact', 'Name'],
  ['Contract', 'ContractNumber'],
  ['EmailMessage', 'Subject'],
  ['Event', 'Subject'],
  ['Note', 'Title'],
  ['Opportunity', 'Name'],
  ['Order', 'OrderNumber'],
  ['Quote', 'Name'],
  ['Task', 'Subject'],
]);

/** Every custom object has a name; what ends otherwise (`__Share`, `__History`, `__Feed`) is bookkeeping too. */
function titleOf(object: string): string | undefined {
  return object.endsWith('__c') ? 'Name' : titles.get(object);
}

export function takenAlong(below: z.infer<typeof childRelationships>): NonNullable<ObjectType['takesAlong']> {
  return below.flatMap(({ childSObject: object, field, cascadeDelete, deprecatedAndHidden }) => {
    if (!object || !field || !cascadeDelete || deprecatedAndHidden) return [];
    const title = titleOf(object);
    return title === undefined ? [] : [{ object, field, title }];
  });
}
