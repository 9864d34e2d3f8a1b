import type { FieldDescription, FieldType, NormalForm } from '../../model/object-type.ts';
import { plainField } from '../../model/plain-field.ts';

/**
 * The standard fields that every portal has. Source: Zoho Desk OpenAPI, files "Contact" and "Account": names and lengths. City, state and
 * country take 100 characters on creation and 30 on an update: the smaller number holds, so that what was created can be updated.
 */
const texts: NormalForm = { emptyIsNull: true };

export function field(
  name: string,
  label: string,
  type: FieldType,
  maxLength: number | null,
  given: Partial<FieldDescription> = {},
): FieldDescription {
  return {
    ...plainField(name, type),
    label,
    vendorType: type,
    settable: 'always',
    maxLength,
    normal: type === 'boolean' ? { nullIsFalse: true } : texts,
    ...given,
  };
}

const shown = (name: string, label: string, type: FieldType): FieldDescription =>
  field(name, label, type, null, { settable: 'never' });

const own: readonly FieldDescription[] = [
  field('id', 'ID', 'id', null, { settable: 'never', unique: true }),
  shown('createdTime', 'Created', 'datetime'),
  shown('modifiedTime', 'Modified', 'datetime'),
  shown('webUrl', 'Address of its page', 'url'),
];

const common: readonly FieldDescription[] = [
  field('email', 'Email', 'email', 255),
  field('phone', 'Phone', 'phone', 50),
  field('street', 'Street', 'text', 250),
  field('city', 'City', 'text', 30),
  field('state', 'State', 'text', 30),
  field('country', 'Country', 'text', 30),
  field('description', 'Description', 'longtext', 65_535),
  field('ownerId', 'Owner', 'reference', null, { refersTo: ['agent'] }),
  field('layoutId', 'Layout', 'reference', null, { refersTo: ['layout'] }),
];

export const contactFields: readonly FieldDescription[] = [
  field('lastName', 'Last Name', 'text', 200, { required: true }),
  field('firstName', 'First Name', 'text', 40),
  field('secondaryEmail', 'Secondary Email', 'email', 100),
  field('mobile', 'Mobile', 'phone', 50),
  field('title', 'Title', 'text', 100),
  field('type', 'Type', 'text', 100),
  field('zip', 'Zip', 'text', 30),
  field('language', 'Language', 'text', 255),
  field('facebook', 'Facebook', 'text', 100),
  field('twitter', 'Twitter', 'text', 100),
  field('accountId', 'Account', 'reference', null, { refersTo: ['account'] }),
  ...common,
  shown('isEndUser', 'Is an end user', 'boolean'),
  shown('isSpam', 'Is spam', 'boolean'),
  ...own,
];

export const accountFields: readonly FieldDescription[] = [
  field('accountName', 'Account Name', 'text', 200, { required: true }),
  field('fax', 'Fax', 'phone', 30),
  field('website', 'Website', 'url', 120),
  field('code', 'Code', 'text', 30),
  field('industry', 'Industry', 'text', 100),
  field('annualrevenue', 'Annual Revenue', 'decimal', null),
  ...common,
  ...own,
];
