/**
 * The human half of a validation error. The vendor translates it to the caller's locale, so a client must go by `error` codes and
 * field keys; the Spanish texts are here to catch one that reads English.
 */
export type Locale = 'en-US' | 'es';

const labels = {
  name: { 'en-US': 'Name', es: 'Nombre' },
  email: { 'en-US': 'Email', es: 'Correo electrónico' },
  value: { 'en-US': 'Value', es: 'Valor' },
  user: { 'en-US': 'User', es: 'Usuario' },
  key: { 'en-US': 'Key', es: 'Clave' },
  phone: { 'en-US': 'Phone', es: 'Teléfono' },
  status: { 'en-US': 'Status', es: 'Estado' },
  assignee: { 'en-US': 'Assignee', es: 'Agente asignado' },
  description: { 'en-US': 'Description', es: 'Descripción' },
  priority: { 'en-US': 'Priority', es: 'Prioridad' },
  organization: { 'en-US': 'Organization', es: 'Organización' },
  requester: { 'en-US': 'Requester', es: 'Solicitante' },
  role: { 'en-US': 'Role', es: 'Rol' },
  type: { 'en-US': 'Type', es: 'Tipo' },
  title: { 'en-US': 'Title', es: 'Título' },
  problem: { 'en-US': 'Problem', es: 'Problema' },
  group: { 'en-US': 'Group', es: 'Grupo' },
  comment: { 'en-US': 'Comment', es: 'Comentario' },
  form: { 'en-US': 'Ticket form', es: 'Formulario' },
  brand: { 'en-US': 'Brand', es: 'Marca' },
  customStatus: { 'en-US': 'Custom status', es: 'Estado personalizado' },
  due: { 'en-US': 'Due at', es: 'Vencimiento' },
  endpoint: { 'en-US': 'Endpoint', es: 'Punto de conexión' },
} as const;
export type Label = keyof typeof labels;

const sentences = {
  inUse: { 'en-US': '% is already being used by another user', es: '% ya lo está usando otro usuario' },
  taken: { 'en-US': '% has already been taken', es: '% ya está en uso' },
  externalTaken: { 'en-US': 'External has already been taken', es: 'Externo ya está en uso' },
  userTaken: { 'en-US': 'User has already been taken', es: 'Usuario ya está en uso' },
  blank: { 'en-US': 'cannot be blank', es: 'no puede estar en blanco' },
  tooShort: { 'en-US': 'is too short (minimum is 1 characters)', es: 'es demasiado corto (1 caracteres como mínimo)' },
  invalid: { 'en-US': '% is invalid', es: '% no es válido' },
  notFormatted: { 'en-US': '% is not properly formatted', es: '% no tiene el formato correcto' },
  notListed: { 'en-US': '% is not included in the list', es: '% no está incluido en la lista' },
  openRequests: {
    'en-US': 'User is requester on % ticket(s) that are not closed.',
    es: 'El usuario es el solicitante de % ticket(s) que no están cerrados.',
  },
  closed: { 'en-US': 'closed prevents ticket update', es: 'cerrado impide la actualización del ticket' },
  neededToSolve: { 'en-US': 'is required when solving a ticket', es: 'se requiere para resolver un ticket' },
  cannotReset: { 'en-US': 'cannot be reset', es: 'no se puede restablecer' },
  notInCategory: { 'en-US': 'does not belong to the status category', es: 'no pertenece a la categoría de estado' },
  notRequesters: { 'en-US': 'is not one of the requester', es: 'no es una de las del solicitante' },
  tooMany: { 'en-US': 'has too many members (maximum is %)', es: 'tiene demasiados miembros (% como máximo)' },
} as const;
export type Sentence = keyof typeof sentences;

/** One complaint about one field, before it is put into words. */
export interface Complaint {
  /** The key under `details`. */
  readonly field: string;
  /** Absent where the vendor gives none. */
  readonly error?: string | null;
  /** null where the sentence stands alone. A text is used as it is (titles of custom fields). */
  readonly label: Label | { readonly title: string } | null;
  readonly sentence: Sentence;
  readonly value?: string | number;
  readonly extra?: Readonly<Record<string, string | number>>;
}

/** `Name: ACME has already been taken`; inside a job's results the recordings show two blanks after the colon. */
export function describe(complaint: Complaint, locale: Locale, blanks = ' '): string {
  const sentence = sentences[complaint.sentence][locale].replace('%', () => String(complaint.value ?? ''));
  if (complaint.label === null) return sentence;
  const label = typeof complaint.label === 'string' ? labels[complaint.label][locale] : complaint.label.title;
  return `${label}:${blanks}${sentence}`;
}

const headlines: Readonly<Record<Locale, string>> = {
  'en-US': 'Record validation errors',
  es: 'Errores de validación de registro',
};
export function headline(locale: Locale): string {
  return headlines[locale];
}
