import { z } from 'zod';

/**
 * The vendor's error bodies. Five shapes coexist, and plain text and HTML beside them; all are brought into one here.
 * Descriptions are in the language of the user that we act as, so decisions rest on codes and field keys, and texts are only shown.
 */
export interface VendorError {
  /** `RecordInvalid`, `TooManyJobs`; a bare sentence stays a text and is no code. */
  readonly code: string | null;
  readonly text: string;
  /** What a validation says, field by field (`base` where it is of the whole record). */
  readonly details: readonly Detail[];
}

interface Detail {
  readonly field: string;
  readonly code: string | null;
  readonly text: string;
  /** The definition of the ticket field that it is about (`FieldTagger`, `FieldAssignee`), where it says so. */
  readonly ticketField: { readonly id: string; readonly type: string } | null;
}

const detail = z.looseObject({
  description: z.string().nullish(),
  error: z.string().nullish(),
  ticket_field_id: z.union([z.number(), z.string()]).nullish(),
  ticket_field_type: z.string().nullish(),
});
const details = z.record(z.string(), z.union([z.array(detail), detail.transform((one) => [one])]));

const bare = z.looseObject({
  error: z.string(),
  description: z.string().nullish(),
  error_description: z.string().nullish(),
  message: z.string().nullish(),
  details: details.optional().catch(undefined),
});
const titled = z.looseObject({
  error: z.looseObject({ title: z.string().nullish(), message: z.string().nullish() }),
});
const listed = z.looseObject({
  errors: z
    .array(z.looseObject({ code: z.string().nullish(), title: z.string().nullish(), detail: z.string().nullish() }))
    .min(1),
});

const longest = 300;

export function vendorError(body: unknown): VendorError {
  const one = bare.safeParse(body);
  if (one.success) {
    const { error, description, error_description, message } = one.data;
    const code = /^\w+$/.test(error) ? error : null;
    const found = Object.entries(one.data.details ?? {}).flatMap(([field, lines]) =>
      lines.map((line) => ({
        field,
        code: line.error ?? null,
        text: line.description ?? '',
        ticketField: line.ticket_field_id
          ? { id: String(line.ticket_field_id), type: line.ticket_field_type ?? '' }
          : null,
      })),
    );
    const said = found.map((line) => line.text).filter((text) => text !== '');
    const text = said.length > 0 ? said.join('; ') : (description ?? error_description ?? message ?? error);
    return { code, text: cut(text), details: found };
  }
  const two = titled.safeParse(body);
  if (two.success) {
    const { title, message } = two.data.error;
    return { code: title ?? null, text: cut(message ?? title ?? ''), details: [] };
  }
  const many = listed.safeParse(body);
  if (many.success) {
    const texts = many.data.errors.map((error) => error.detail ?? error.title ?? error.code ?? '');
    return { code: many.data.errors[0]?.code ?? null, text: cut(texts.join('; ')), details: [] };
  }
  return { code: null, text: typeof body === 'string' ? cut(readable(body)) : '', details: [] };
}

/** The words of a text or HTML body. */
function readable(body: string): string {
  return body
    .replace(/<(script|style)[\s\S]*?<\/\1>/gi, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

function cut(text: string): string {
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}
