/** gRPC statuses that this vendor answers with, by their numbers on the wire. */
const statuses = {
  INVALID_ARGUMENT: 3,
  NOT_FOUND: 5,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  UNAUTHENTICATED: 16,
} as const;

/** What ends an RPC: a gRPC status, and the vendor's own code, which goes into the trailers (Pub/Sub API, "Handle Errors"). */
export class RpcError extends Error {
  readonly status: number;
  /** Without the prefix that all of them have. */
  readonly code: string;
  constructor(status: keyof typeof statuses, code: string, message: string) {
    super(message);
    this.name = 'RpcError';
    this.status = statuses[status];
    this.code = code;
  }
}

export const errorCodePrefix = 'sfdc.platform.eventbus.grpc.';

export function invalid(code: string, message: string): RpcError {
  return new RpcError('INVALID_ARGUMENT', code, message);
}
