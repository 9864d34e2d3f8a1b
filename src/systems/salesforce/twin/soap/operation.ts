import type { Json } from '../../../../twins/json.ts';
import type { Session, Sessions } from '../oauth/sessions.ts';
import type { Api } from '../rest/call.ts';
import type { Transaction } from '../store.ts';
import type { XmlElement, XmlValue } from './xml.ts';

export interface SoapAsk {
  readonly api: Api;
  /** The Metadata API's door; else the partner API's. */
  readonly isMetadata: boolean;
  readonly sessions: Sessions;
  readonly origin: string;
  readonly version: string;
  readonly refuse: () => Json | null;
  /** Counts the request against the org's limit; throws ApiError above it. */
  readonly count: () => void;
}

/** What ends a call: a code of the vendor's, or one of SOAP's own. */
export class SoapFault extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.name = 'SoapFault';
    this.code = code;
  }
}

export interface Running extends SoapAsk {
  readonly session: Session;
  readonly transaction: Transaction;
}

/** One call: what goes into `result`. Throws SoapFault. */
export type Operation = (ask: Running, call: XmlElement) => XmlValue;
