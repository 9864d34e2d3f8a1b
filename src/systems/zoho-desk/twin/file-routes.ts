import { accounts } from './accounts.ts';
import { type Answer, type Call, ok, paged, type Route } from './call.ts';
import { touchRecord } from './changes.ts';
import { contacts } from './contacts.ts';
import { fileBody } from './files.ts';
import type { Kind } from './kinds.ts';
import { badRequest, flaw, invalidData } from './refusal.ts';
import { tickets } from './tickets.ts';

/** Files: uploaded first, or straight to a record. Source: Zoho Desk's OpenAPI files Upload, TicketAttachment, ContactAttachment. */
export const fileRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: 'uploads',
    scopes: [['Desk.tickets.CREATE', 'Desk.tickets.UPDATE']],
    body: 'form',
    handle: async (call) => ok(bodyOf(call, await upload(call))),
  },
  ...[contacts, accounts, tickets].flatMap((kind): Route[] => [
    {
      method: 'GET',
      path: `${kind.module}/:id/attachments`,
      scopes: [[`Desk.${kind.scope}.READ`]],
      query: ['from', 'limit', 'isPublic'],
      weight: () => 3,
      handle: (call) => list(call, kind),
    },
    {
      method: 'POST',
      path: `${kind.module}/:id/attachments`,
      scopes: [[`Desk.${kind.scope}.UPDATE`]],
      query: ['isPublic'],
      body: 'form',
      handle: (call) => attach(call, kind),
    },
    {
      method: 'GET',
      path: `${kind.module}/:id/attachments/:file/content`,
      scopes: [[`Desk.${kind.scope}.READ`]],
      handle: (call) => content(call, kind),
    },
  ]),
];

type Stored = Awaited<ReturnType<typeof upload>>;

async function upload(call: Call) {
  const file = await fileIn(call);
  return call.portal.files.upload({
    name: file.name,
    bytes: new Uint8Array(await file.arrayBuffer()),
    type: file.type === '' ? 'application/octet-stream' : file.type,
    isPublic: call.flag('isPublic') ?? false,
    creatorId: call.doer.agentId,
    createdMs: call.portal.stampMs,
  });
}

/** The part `file` of a multipart body. */
async function fileIn(call: Call): Promise<File> {
  if (!/^multipart\/form-data/i.test(call.contentType)) throw badRequest('The body of the request is not multipart.');
  let form: FormData;
  try {
    form = await new Response(call.raw, { headers: { 'content-type': call.contentType } }).formData();
  } catch {
    throw badRequest('The body of the request could not be read.');
  }
  const file = form.get('file');
  if (!(file instanceof File)) throw invalidData([flaw('/file', 'missing')]);
  return file;
}

function bodyOf(call: Call, file: Stored, path = `uploads/${file.id}`) {
  return fileBody(file, `${call.base}/api/v1/${path}/content`);
}

function pathOf(kind: Kind, recordId: string, fileId: string): string {
  return `${kind.module}/${recordId}/attachments/${fileId}`;
}

function list(call: Call, kind: Kind): Answer {
  const { id } = call.record(kind);
  const isPublic = call.flag('isPublic');
  const found = call.portal.files.of(kind.module, id).filter((file) => isPublic === null || file.isPublic === isPublic);
  const rows = found.map((file) => bodyOf(call, file, pathOf(kind, id, file.id)));
  return paged(call, rows, 50);
}

async function attach(call: Call, kind: Kind): Promise<Answer> {
  const record = call.writable(kind);
  const file = await upload(call);
  call.portal.files.attach(kind.module, record.id, file.id);
  touchRecord(call.portal, kind, record.id);
  return ok(bodyOf(call, file, pathOf(kind, record.id, file.id)));
}

function content(call: Call, kind: Kind): Answer {
  const file = call.portal.files.find(kind.module, call.record(kind).id, call.param('file'));
  return { status: 200, bytes: { content: file.bytes, type: file.type } };
}
