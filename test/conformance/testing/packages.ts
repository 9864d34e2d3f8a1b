import { strToU8, zipSync } from 'fflate';

/** Packages of metadata as the tests deploy them. */
export const xml = (name: string, body: string): Uint8Array =>
  strToU8(
    `<?xml version="1.0" encoding="UTF-8"?>\n<${name} xmlns="http://soap.sforce.com/2006/04/metadata">\n${body}\n</${name}>`,
  );
export const ticketField = `<fields><fullName>Zendesk_Support_Ticket_ID__c</fullName><externalId>true</externalId><label>Zendesk Support Ticket ID</label><length>255</length><type>Text</type><unique>false</unique></fields>`;
export const ticketType = `<recordTypes><fullName>Zendesk_Ticket</fullName><active>true</active><label>Zendesk Ticket</label></recordTypes>`;
export const permissions = `<label>Ticket sync</label><hasActivationRequired>false</hasActivationRequired><fieldPermissions><editable>true</editable><field>Case.Zendesk_Support_Ticket_ID__c</field><readable>true</readable></fieldPermissions>`;
export const manifest = (...types: readonly [name: string, ...members: string[]][]): Uint8Array =>
  xml(
    'Package',
    `${types
      .map(
        ([name, ...members]) =>
          `<types>${members.map((one) => `<members>${one}</members>`).join('')}<name>${name}</name></types>`,
      )
      .join('')}<version>62.0</version>`,
  );

export const ticketPackage = {
  'package.xml': manifest(
    ['CustomField', 'Case.Zendesk_Support_Ticket_ID__c'],
    ['RecordType', 'Case.Zendesk_Ticket'],
    ['PermissionSet', 'Ticket_Sync'],
  ),
  'objects/Case.object': xml('CustomObject', `${ticketField}${ticketType}`),
  'permissionsets/Ticket_Sync.permissionset': xml('PermissionSet', permissions),
};
export const zipped = (files: Readonly<Record<string, Uint8Array>>): Buffer => Buffer.from(zipSync({ ...files }));
