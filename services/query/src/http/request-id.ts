import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

const givenId = /^[A-Za-z0-9][A-Za-z0-9._-]{7,127}$/;
const traceParent = /^[\da-f]{2}-(?!0{32})([\da-f]{32})-(?!0{16})[\da-f]{16}-[\da-f]{2}$/;

/**
 * What a request is called in its answer and in the log: `X-Request-Id` where it is 8 to 128 letters, digits, dots,
 * underscores and hyphens, otherwise the trace of a valid `traceparent`, otherwise a new UUID. Nothing else that a caller
 * sends gets into a log line by this way.
 */
export function requestId({ 'x-request-id': given, traceparent }: IncomingHttpHeaders): string {
  if (typeof given === 'string' && givenId.test(given)) return given;
  return traceParent.exec(String(traceparent))?.[1] ?? randomUUID();
}
