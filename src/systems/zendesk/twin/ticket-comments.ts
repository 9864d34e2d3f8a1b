import type { Account, Doer } from './account.ts';
import { flagOf, idOf, isObject, type Json, type JsonObject, listOf, textOf } from './json.ts';
import { iso } from './stamps.ts';
import { auditEvents } from './ticket-events.ts';
import type { Attachment, Audit, AuditEvent, Comment } from './ticket-records.ts';

/** What a write says, before it is kept. */
export interface Said {
  readonly body: string;
  readonly html: string | null;
  /** null: as the first comment of the ticket. */
  readonly isPublic: boolean | null;
  readonly authorId: number | null;
  readonly attachments: readonly Attachment[];
}

/** Longer texts are cut without a word. Source: Zendesk, "Ticket Comments". */
const mostBytes = 65_536;

/** `{"body" or "html_body", "public", "author_id", "uploads"}`, or the text alone; null where nothing is said. */
export function readComment(account: Account, doer: Doer, given: Json | undefined, usual: boolean): Said | null {
  const comment: JsonObject = isObject(given) ? given : { body: given ?? null };
  const html = textOf(comment.html_body) ?? null;
  const plain = textOf(comment.body) ?? textOf(comment.value) ?? null;
  const text = html === null ? plain : stripTags(html);
  const attachments = takeUploads(account, comment.uploads);
  if ((text === null || text.trim() === '') && attachments.length === 0) return null;
  const body = cut(expand(text ?? '', account, doer));
  return {
    body,
    html,
    isPublic: flagOf(comment.public) ?? usual,
    authorId: idOf(comment.author_id) ?? null,
    attachments,
  };
}

/** Placeholders in comments by agents are expanded: CRM text must be escaped before it is written. */
function expand(text: string, account: Account, doer: Doer): string {
  if (doer.user.role === 'end-user') return text;
  const known: Readonly<Record<string, string>> = {
    'current_user.name': doer.user.name,
    'current_user.email': doer.user.email ?? '',
    'ticket.account': 'Acme',
    'account.name': 'Acme',
    now: iso(account.now),
  };
  return text.replaceAll(/\{\{\s*([\w.]+)\s*\}\}/g, (_, name: string) =>
    Object.hasOwn(known, name) ? (known[name] ?? '') : '',
  );
}

function cut(text: string): string {
  if (text.length * 3 < mostBytes) return text;
  const bytes = Buffer.from(text);
  if (bytes.length <= mostBytes) return text;
  // A character that the cut goes through is left out.
  return bytes
    .subarray(0, mostBytes)
    .toString('utf8')
    .replace(/\ufffd$/, '');
}

export function stripTags(html: string): string {
  return html
    .replaceAll(/<br\s*\/?>|<\/p>/gi, '\n')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('&nbsp;', ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .trim();
}

function wrap(html: string): string {
  return `<div class="zd-comment" dir="auto">${html}</div>`;
}

function inHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Each token is used once. */
function takeUploads(account: Account, given: Json | undefined): readonly Attachment[] {
  return (listOf(given) ?? []).flatMap((token) => {
    const upload = account.desk.uploads.get(textOf(token) ?? '');
    if (upload === undefined || upload.expires < account.now) return [];
    account.desk.uploads.delete(upload.token);
    return upload.attachments;
  });
}

export function viaBody(channel: string): JsonObject {
  return { channel, source: { from: {}, to: {}, rel: null } };
}

export function attachmentBody(attachment: Attachment, base: string): JsonObject {
  const content = `${base}/attachments/token/${attachment.token}/?name=${encodeURIComponent(attachment.fileName)}`;
  return {
    url: `${base}/api/v2/attachments/${attachment.id}.json`,
    id: attachment.id,
    file_name: attachment.fileName,
    content_url: content,
    mapped_content_url: content,
    content_type: attachment.contentType,
    size: attachment.bytes.length,
    width: null,
    height: null,
    inline: false,
    deleted: false,
    malware_access_override: false,
    malware_scan_result: 'not_scanned',
    thumbnails: [],
  };
}

export function commentBody(comment: Comment, base: string): JsonObject {
  return {
    id: comment.id,
    type: 'Comment',
    author_id: comment.authorId,
    body: comment.body,
    html_body: wrap(comment.html ?? `<p dir="auto">${inHtml(comment.body).replaceAll('\n', '<br>')}</p>`),
    plain_body: comment.body,
    public: comment.isPublic,
    attachments: comment.attachments.map((attachment) => attachmentBody(attachment, base)),
    audit_id: comment.auditId,
    via: viaBody(comment.channel),
    created_at: iso(comment.created),
    metadata: { system: { client: 'Syncline' }, custom: {} },
  };
}

export function auditBody(audit: Audit, base: string): JsonObject {
  return {
    id: audit.id,
    ticket_id: audit.ticketId,
    created_at: iso(audit.created),
    author_id: audit.authorId,
    metadata: audit.metadata,
    events: [
      ...(audit.comment === null ? [] : [commentEvent(audit.comment, base)]),
      ...auditEvents(audit).map(eventBody),
    ],
    via: viaBody(audit.channel),
  };
}

function commentEvent(comment: Comment, base: string): JsonObject {
  const { created_at: _, via: __, metadata: ___, ...body } = commentBody(comment, base);
  return Object.fromEntries(Object.entries(body).map(([key, value]) => [key, value ?? null]));
}

function eventBody(event: AuditEvent): JsonObject {
  switch (event.type) {
    case 'Create':
      return { id: event.id, type: 'Create', value: event.value, field_name: event.field };
    case 'Change':
      return {
        id: event.id,
        type: 'Change',
        value: event.value,
        field_name: event.field,
        previous_value: event.previous,
      };
    case 'Notification':
      return {
        id: event.id,
        type: 'Notification',
        via: {
          channel: 'rule',
          source: { to: {}, from: { deleted: false, title: event.title, id: event.triggerId }, rel: 'trigger' },
        },
        subject: event.subject,
        body: '',
        recipients: [],
      };
  }
}

/** One row of the export of ticket events: an audit with its events as children. */
export function ticketEventRow(audit: Audit, base: string, withComments: boolean): JsonObject {
  const shared = (id: number, type: string): JsonObject => {
    return { id, via: audit.channel, via_reference_id: null, event_type: type };
  };
  const said = (comment: Comment): JsonObject => {
    const more = withComments ? commentBody(comment, base) : { comment_present: true };
    return { ...shared(comment.id, 'Comment'), ...more };
  };
  const changes = auditEvents(audit).flatMap((event): readonly JsonObject[] => {
    if (event.type === 'Notification') return [];
    const previous = event.type === 'Change' ? { previous_value: event.previous } : {};
    return [{ ...shared(event.id, event.type), [event.field]: event.value, ...previous }];
  });
  const children = audit.comment === null ? changes : [said(audit.comment), ...changes];
  return {
    id: audit.id,
    ticket_id: audit.ticketId,
    timestamp: audit.created,
    created_at: iso(audit.created),
    updater_id: audit.authorId,
    via: audit.channel,
    system: { client: 'Syncline' },
    metadata: {},
    event_type: 'Audit',
    child_events: children,
  };
}
