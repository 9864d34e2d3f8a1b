import { createHash } from 'node:crypto';
import type { Json } from '../../../twins/json.ts';
import { RowError } from './errors.ts';
import { systemRow } from './org.ts';
import type { StoredRow } from './row.ts';
import type { Writer } from './writer.ts';

/**
 * Files: a ContentVersion holds the bytes; the ContentDocument that appears with its first version stands for all of them; links attach the
 * document to records (Object Reference, "ContentVersion"). Attachments are the older kind, and hang on one record.
 */
type Next = Record<string, Json>;

/** What follows from an attachment's bytes. */
export function describeAttachment(next: Next): void {
  next.BodyLength = sizeOf(next.Body);
}

export function describeVersion(next: Next, before: StoredRow | null): void {
  const path = typeof next.PathOnClient === 'string' ? next.PathOnClient : '';
  if (before === null && (typeof next.VersionData !== 'string' || path === '')) {
    const missing = ['VersionData', 'PathOnClient'].filter((name) => typeof next[name] !== 'string');
    throw new RowError('REQUIRED_FIELD_MISSING', `Required fields are missing: [${missing.join(', ')}]`, missing);
  }
  const extension = /\.(\w+)$/.exec(path)?.[1] ?? null;
  next.Title = next.Title ?? path.replace(/\.\w+$/, '');
  next.FileExtension = extension;
  next.FileType = extension === null ? 'UNKNOWN' : extension.toUpperCase();
  next.ContentSize = sizeOf(next.VersionData);
  next.Checksum = createHash('md5').update(bytesOf(next.VersionData)).digest('hex');
}

/** The document of a first version, or the next place in a document; answers the version as it is then. */
export function publishVersion(writer: Writer, version: StoredRow): StoredRow {
  const { org, transaction, user, at } = writer;
  const given = version.values.ContentDocumentId;
  const document = typeof given === 'string' ? transaction.row(given) : undefined;
  const id = document?.id ?? org.ids.next('069');
  const siblings = org.store.where('ContentVersion', 'ContentDocumentId', id).filter(({ id }) => id !== version.id);
  for (const one of siblings)
    if (one.values.IsLatest === true) transaction.put({ ...one, values: { ...one.values, IsLatest: false } });
  const values = {
    ...version.values,
    ContentDocumentId: id,
    IsLatest: true,
    VersionNumber: String(siblings.length + 1),
  };
  const published = { ...version, values };
  transaction.put(published);
  const { Title, FileType, FileExtension, ContentSize, OwnerId } = version.values;
  const shown = { Title, FileType, FileExtension, ContentSize, OwnerId, LatestPublishedVersionId: version.id };
  const stamped = systemRow('ContentDocument', id, user, at, { ...document?.values, ...lean(shown) });
  transaction.put(document === undefined ? stamped : { ...stamped, createdAt: document.createdAt });
  if (document === undefined) {
    for (const [entity, share] of [
      [user, 'I'],
      [version.values.FirstPublishLocationId, 'V'],
    ] as const) {
      if (typeof entity !== 'string' || (share === 'V' && entity === user)) continue;
      const link = { ContentDocumentId: id, LinkedEntityId: entity, ShareType: share, Visibility: 'AllUsers' };
      transaction.put(systemRow('ContentDocumentLink', org.ids.next('06A'), user, at, link));
    }
  }
  return published;
}

function lean(values: Readonly<Record<string, Json | undefined>>): Next {
  const next: Next = {};
  for (const [name, value] of Object.entries(values)) if (value !== undefined && value !== null) next[name] = value;
  return next;
}

export function bytesOf(content: Json | undefined): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(typeof content === 'string' ? content : '', 'base64'));
}

function sizeOf(content: Json | undefined): number {
  return bytesOf(content).length;
}
