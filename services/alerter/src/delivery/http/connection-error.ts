import { CustodyError, type ErrorKind } from '@custody/runtime';
import { deliveryErrors } from '../errors.ts';

/** Node's codes of certificates that are not trusted, and of encryption that cannot be agreed upon. */
const ofTrust = /^(?:CERT_|ERR_TLS_|ERR_SSL_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA|EPROTO)/;

function kindOf(code: string): ErrorKind {
  if (ofTrust.test(code)) return deliveryErrors.DELIVERY_NOT_TRUSTED;
  // The parser of answers.
  if (code.startsWith('HPE_')) return deliveryErrors.DELIVERY_ANSWER_UNREADABLE;
  return deliveryErrors.DELIVERY_NOT_CONNECTED;
}

/** What went wrong with a connection, by its code. The cause's own text is not repeated: it may hold more than the host. */
export function connectionError(error: Error & { readonly code?: string }, { host }: URL): CustodyError {
  const { code = '' } = error;
  const kind = kindOf(code);
  const what = {
    [deliveryErrors.DELIVERY_NOT_TRUSTED.code]: 'cannot be trusted',
    [deliveryErrors.DELIVERY_ANSWER_UNREADABLE.code]: 'answered something that is not HTTP',
  }[kind.code];
  return new CustodyError(
    kind,
    `${host} ${what ?? 'did not let itself be reached'}${code === '' ? '' : ` (${code})`}.`,
  );
}
