import type { FaultName } from '../faults/settings.ts';

/** A value of a fault as it is written on a command line. */
export interface FaultValue {
  /** Its name in text, as in `retry-after:date`. */
  readonly name: string;
  /** Its name in the settings. */
  readonly field: string;
  readonly kind: 'number' | 'text' | 'flag';
}

export interface FaultSyntax {
  readonly meaning: string;
  /** Values that may stand without their names, in this order. */
  readonly ordered: readonly FaultValue[];
  readonly named: readonly FaultValue[];
  /** Whether it takes endpoints, and several rules. */
  readonly isOfRequests: boolean;
}

const number = (name: string, field = name): FaultValue => ({ name, field, kind: 'number' });
const share = number('share');
const when = [share, number('every'), number('page', 'fromPage'), number('for', 'forSeconds')];
const upTo = number('up-to', 'upToSeconds');

function ofRequests(meaning: string, ...own: readonly FaultValue[]): FaultSyntax {
  const waits = own.filter(({ name }) => name === 'seconds');
  return { meaning, ordered: [share, ...waits], named: [...when, ...own], isOfRequests: true };
}

function ofWorld(meaning: string, ordered: readonly FaultValue[], ...more: readonly FaultValue[]): FaultSyntax {
  return { meaning, ordered, named: [...ordered, ...more], isOfRequests: false };
}

const seconds = number('seconds');
const throttling = [{ name: 'retry-after', field: 'retryAfter', kind: 'text' } as const, number('wait', 'waitSeconds')];

/** Every fault with its meaning and how it is written. */
export const faultSyntax: Readonly<Record<FaultName, FaultSyntax>> = {
  '429': ofRequests('too many requests; retry-after:seconds|date|absent, wait:SECONDS', ...throttling),
  '403': ofRequests('access is refused'),
  '404': ofRequests('the endpoint is not there'),
  '500': ofRequests('a server fault with a Permit body'),
  '502': ofRequests('a bad gateway, in HTML'),
  '503': ofRequests('service unavailable, in HTML'),
  '504': ofRequests('a gateway time-out, in HTML'),
  empty: ofRequests('a listing without rows, as if there were none'),
  garbage: ofRequests('200 with bytes that are no JSON'),
  html: ofRequests('200 with a web page'),
  'truncated-json': ofRequests('200 with JSON that is cut off'),
  reset: ofRequests('the connection is reset before any answer'),
  'reset-midway': ofRequests('the connection is reset inside the body'),
  'truncated-length': ofRequests('fewer bytes than Content-Length says'),
  'truncated-chunk': ofRequests('a chunked body without its end'),
  slow: ofRequests('the answer waits so many seconds (5)', seconds),
  trickle: ofRequests('the body takes so many seconds (5), piece by piece', seconds),
  late: ofWorld('a share of the entries (0.2) appears up to so many seconds (900) after its timestamp', [share, upTo]),
  'between-pages': ofWorld('a share of the entries (0.2) appears while somebody pages, or so many seconds (900) late', [
    share,
    upTo,
  ]),
  retention: ofWorld('entries older than so many seconds are deleted', [seconds]),
  burst: ofWorld('a second with so many decisions (12000); spread:one is one user, one tool, one decision', [
    number('count'),
    { name: 'spread', field: 'spread', kind: 'text' },
  ]),
  date: ofWorld(
    'the Date header is so many seconds off; jump:SECONDS another way each time, absent: not there',
    [number('off', 'offSeconds')],
    number('jump', 'jumpSeconds'),
    { name: 'absent', field: 'absent', kind: 'flag' },
  ),
};
