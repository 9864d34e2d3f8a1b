import type { Json, JsonObject } from '../../../twins/json.ts';

/** A record that cannot be written: the vendor's code, its sentence and the fields that it names. */
export class RowError extends Error {
  readonly code: string;
  /** Absent where the vendor leaves the key out. */
  readonly fields: readonly string[] | undefined;
  /** What else the row resource answers, such as the duplicates that were found. */
  readonly more: JsonObject | undefined;
  constructor(code: string, message: string, fields?: readonly string[], more?: JsonObject) {
    super(message);
    this.name = 'RowError';
    this.code = code;
    this.fields = fields;
    this.more = more;
  }
}

/** A request that fails as a whole. */
export class ApiError extends Error {
  readonly status: number;
  readonly body: Json;
  readonly headers: Readonly<Record<string, string>>;
  constructor(status: number, body: Json, headers: Readonly<Record<string, string>> = {}) {
    super(`${status} ${JSON.stringify(body)}`);
    this.name = 'ApiError';
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

export function apiError(status: number, errorCode: string, message: string, fields?: readonly string[]): ApiError {
  return new ApiError(status, [{ message, errorCode, ...(fields === undefined ? {} : { fields }) }]);
}

/** Errors of the framework print the code first. */
export function notFound(message = 'The requested resource does not exist'): ApiError {
  return new ApiError(404, [{ errorCode: 'NOT_FOUND', message }]);
}

/** A path that the twin does not have, told apart so that the log can say so. */
export class UnknownRoute extends ApiError {
  constructor() {
    super(404, [{ errorCode: 'NOT_FOUND', message: 'The requested resource does not exist' }]);
    this.name = 'UnknownRoute';
  }
}

const notFoundCodes = new Set(['ENTITY_IS_DELETED', 'NOT_FOUND']);

/** A record's error as the row resource answers it. A row that never existed is 404, a field that points nowhere 400. */
export function asApiError(error: RowError): ApiError {
  const isMissingRow =
    error.code === 'INVALID_CROSS_REFERENCE_KEY' && error.fields?.length === 0 && error.more?.row === true;
  const status =
    notFoundCodes.has(error.code) || isMissingRow
      ? 404
      : error.code === 'INSUFFICIENT_ACCESS_OR_READONLY'
        ? 403
        : error.code === 'UNKNOWN_EXCEPTION'
          ? 500
          : 400;
  const { row: _, ...more } = error.more ?? {};
  const body = {
    ...more,
    message: error.message,
    errorCode: error.code,
    ...(error.fields === undefined ? {} : { fields: error.fields }),
  };
  return new ApiError(status, [body]);
}

/** A record's error as collections and the like answer it. */
export function asItemError(error: RowError): JsonObject {
  return { statusCode: error.code, message: error.message, fields: error.fields ?? [] };
}
