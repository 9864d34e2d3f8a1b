import type { JsonObject } from '../../../twins/json.ts';

/** An answer that is an error, in the vendor's shape. Source: Zoho Desk API, "Errors". */
export class Refusal extends Error {
  readonly status: number;
  readonly body: JsonObject;
  readonly headers: Readonly<Record<string, string>>;
  constructor(status: number, body: JsonObject, headers: Readonly<Record<string, string>> = {}) {
    super(JSON.stringify(body));
    this.name = 'Refusal';
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

/** One inaccuracy in what was sent; `fieldName` is a JSON pointer. */
export interface Flaw {
  readonly fieldName: string;
  readonly errorType: 'invalid' | 'duplicate' | 'missing';
  readonly errorMessage: string;
}

function refusal(status: number, errorCode: string, message: string): Refusal {
  return new Refusal(status, { errorCode, message });
}

export function flaw(fieldName: string, errorType: Flaw['errorType']): Flaw {
  return { fieldName, errorType, errorMessage: '' };
}

export function invalidData(flaws: readonly Flaw[]): Refusal {
  const errors = flaws.map((one): JsonObject => ({ ...one }));
  const message = 'The data does not comply to the validation restrictions defined.';
  return new Refusal(422, { errorCode: 'INVALID_DATA', message, errors });
}

export function unprocessable(message: string): Refusal {
  return refusal(422, 'UNPROCESSABLE_ENTITY', message);
}

export function badParameter(name: string): Refusal {
  return unprocessable(`The value passed for the '${name}' query parameter is invalid.`);
}

export function outOfRange(name: string, range: string): Refusal {
  return unprocessable(`The value passed for field '${name}' exceeds the range of '${range}'.`);
}

export const badRequest = (message: string): Refusal => refusal(400, 'BAD_REQUEST', message);
export const emptyPayload = (): Refusal => refusal(400, 'EMPTY_PAYLOAD', 'The payload of the request is empty.');
export const unauthorized = (): Refusal =>
  refusal(401, 'UNAUTHORIZED', 'You are not authenticated to perform this operation.');
export const invalidToken = (): Refusal => refusal(401, 'INVALID_OAUTH', 'The OAuth Token you provided is invalid.');
export const scopeMismatch = (): Refusal => refusal(403, 'SCOPE_MISMATCH', 'The OAuth Token has invalid scope.');
export const orgMismatch = (): Refusal =>
  refusal(403, 'OAUTH_ORG_MISMATCH', 'The OAuthToken is not valid for specified organization');
export const notFound = (): Refusal => refusal(404, 'URL_NOT_FOUND', 'The URL you requested could not be found.');
export const wrongMethod = (): Refusal =>
  refusal(405, 'METHOD_NOT_ALLOWED', 'The requested HTTP method is not supported for this URL.');
export const tooLarge = (): Refusal =>
  refusal(413, 'RESOURCE_SIZE_EXCEEDED', 'The size of the resource exceeds the limit.');
export const wrongMedia = (): Refusal =>
  refusal(415, 'UNSUPPORTED_MEDIA_TYPE', 'The format of the input is not supported.');
export const internalError = (): Refusal =>
  refusal(500, 'INTERNAL_SERVER_ERROR', 'An internal server error occurred while performing this operation.');
export const tooManyAtOnce = (): Refusal =>
  refusal(429, 'TOO_MANY_REQUESTS', 'The maximum number of Concurrent API Calls that can be made has been exceeded.');

/** Credits of the day are spent. */
export function creditsSpent(seconds: number): Refusal {
  const body = { errorCode: 'THRESHOLD_EXCEEDED', message: 'The API credits of the day have been exceeded.' };
  return new Refusal(429, body, { 'retry-after': String(seconds) });
}

/** The edition does not have it. */
export function notLicensed(feature: string, editionType: string, maxAllowedEntity: number): Refusal {
  return new Refusal(403, {
    errorCode: 'LICENSE_ACCESS_LIMITED',
    message: 'Your Zoho Desk Edition does not support this feature/operation.',
    maxAllowedEntity: String(maxAllowedEntity),
    feature,
    editionType,
    isTrial: false,
  });
}
