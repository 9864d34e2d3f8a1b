import { z } from 'zod';

/**
 * The vendor's answers, as far as we read them. Keys that we do not read are let through, because portals differ in what they add.
 * Source: Zoho Desk OpenAPI, files "Contact", "Account", "Search", "FieldOld", "Layout", "Organization", "CommonMassActionResponse".
 */

/** Ids have up to 18 digits, beyond what a number can hold: the vendor tells them as texts, and texts they stay. */
const idText = z.string().min(1);

/** A record as far as it is shown: which members it has depends on the call, on `fields` and on what the profile may see. */
export const recordRow = z.looseObject({
  id: idText,
  createdTime: z.string().nullish(),
  modifiedTime: z.string().nullish(),
  deletedTime: z.string().nullish(),
  isTrashed: z.union([z.boolean(), z.string()]).nullish(),
  isDeleted: z.union([z.boolean(), z.string()]).nullish(),
  cf: z.record(z.string(), z.unknown()).nullish(),
});
export type RecordRow = z.infer<typeof recordRow>;

/** An empty list is an answer without a body (204). */
function listOf<Member extends z.ZodType>(member: Member) {
  return z.union([z.null().transform(() => []), z.object({ data: z.array(member) }).transform(({ data }) => data)]);
}

export const rowsAnswer = listOf(recordRow);

const fieldRow = z.looseObject({
  apiName: z.string(),
  displayLabel: z.string(),
  type: z.string(),
  maxLength: z.number().nullish(),
  isMandatory: z.boolean().default(false),
  isCustomField: z.boolean().default(false),
  isEncryptedField: z.boolean().default(false),
  allowedValues: z.array(z.looseObject({ value: z.string() })).nullish(),
});
export type FieldRow = z.infer<typeof fieldRow>;
export const fieldsAnswer = listOf(fieldRow);

const layoutRow = z.looseObject({
  isDefaultLayout: z.boolean().default(false),
  sections: z
    .array(
      z.looseObject({
        fields: z.array(z.looseObject({ apiName: z.string(), isMandatory: z.boolean().default(false) })),
      }),
    )
    .default([]),
});
export type LayoutRow = z.infer<typeof layoutRow>;
export const layoutsAnswer = listOf(layoutRow);

export const organizationsAnswer = listOf(
  z.looseObject({ id: idText, companyName: z.string().nullish(), edition: z.string().nullish() }),
);

export const myInfoAnswer = z.looseObject({
  id: idText,
  firstName: z.string().nullish(),
  lastName: z.string().nullish(),
  emailId: z.string().nullish(),
  rolePermissionType: z.string().nullish(),
});

/** HTTP 200 also where every record failed. */
export const massAnswer = z.object({
  results: z.array(
    z.looseObject({
      success: z.boolean(),
      id: z.string(),
      errors: z.looseObject({ errorCode: z.string().optional(), httpCode: z.coerce.number().optional() }).nullish(),
    }),
  ),
});
export type MassLine = z.infer<typeof massAnswer>['results'][number];
