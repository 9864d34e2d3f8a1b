import { must } from './bulk.ts';
import { type Answer, type Call, created, nothing, ok, type Route } from './call.ts';
import type { Upload } from './desk.ts';
import { badAttribute, missingParameter, Refusal } from './refusal.ts';
import { day, iso } from './stamps.ts';
import { attachmentBody } from './ticket-comments.ts';
import type { Attachment } from './ticket-records.ts';

/** Source: Zendesk, "Attachments". */
const agent = { resource: 'tickets', role: 'agent' } as const;
export const uploadRoutes: readonly Route[] = [
  { method: 'POST', path: 'uploads', handle: upload, ...agent },
  { method: 'DELETE', path: 'uploads/:token', handle: destroy, ...agent },
  { method: 'GET', path: 'attachments/:id', handle: show, ...agent },
];

const largestBytes = 50 * 1024 * 1024;

/** `token` puts the file to those of an earlier upload. Recorded stamps of expiry were about three days ahead. */
function upload(call: Call): Answer {
  const { desk } = call.account;
  const fileName = call.query.get('filename');
  if (fileName === null || fileName === '') throw missingParameter('filename');
  if (call.raw.length === 0) throw badAttribute('body', 'must not be empty');
  if (call.raw.length > largestBytes) {
    throw new Refusal(422, { error: 'AttachmentTooLarge', description: 'The file is larger than 50 MB' });
  }
  const earlier = call.query.get('token');
  const known = earlier === null ? undefined : must(desk.uploads.get(earlier));
  const attachment: Attachment = {
    id: call.account.newId(),
    token: call.account.chance.text(24),
    fileName,
    contentType: call.headers.get('content-type') ?? 'application/octet-stream',
    bytes: call.raw,
  };
  desk.attachments.set(attachment.id, attachment);
  const upload: Upload = {
    token: known?.token ?? call.account.chance.text(24),
    attachments: [...(known?.attachments ?? []), attachment],
    expires: call.account.now + 3 * day,
  };
  desk.uploads.set(upload.token, upload);
  const draw = (one: Attachment) => attachmentBody(one, call.base);
  const body = { token: upload.token, expires_at: iso(upload.expires), attachments: upload.attachments.map(draw) };
  return created({ upload: { ...body, attachment: draw(attachment) } }, `${call.base}/api/v2/uploads/${upload.token}`);
}

function destroy(call: Call): Answer {
  must(call.account.desk.uploads.delete(call.params.token ?? '') || undefined);
  return nothing;
}

function show(call: Call): Answer {
  return ok({ attachment: attachmentBody(must(call.account.desk.attachments.get(call.id())), call.base) });
}
