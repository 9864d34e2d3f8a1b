import type { ObjectType } from '../../model/object-type.ts';
import { declareObject } from './objects.ts';
import { type LookUp, relationshipOf } from './paths.ts';
import { standardFields, systemFields } from './standard-fields.ts';

function standardObject(object: string, title: string): ObjectType {
  const fields = [...systemFields, ...(standardFields.get(object) ?? [])];
  const lookUps = fields.flatMap(({ name, refersTo = [] }): readonly LookUp[] => {
    const relationship = relationshipOf(name);
    return refersTo.length === 0 || relationship === null ? [] : [{ relationship, label: relationship, refersTo }];
  });
  return declareObject({ object, label: object, fields, lookUps, marked: false, title, restores: true });
}

/** What `check` knows without a connection. */
export const standardObjects: readonly ObjectType[] = [
  standardObject('Account', 'Name'),
  standardObject('Contact', 'Name'),
  standardObject('Lead', 'Name'),
  standardObject('Case', 'CaseNumber'),
];
