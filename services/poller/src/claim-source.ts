import { sourceClaim, sourceClaimKey, topics } from '@custody/decision';
import type { Log } from '@custody/log';
import { CustodyError, type SourceKind } from '@custody/runtime';
import { pollerErrors } from './errors.ts';

const names = { permit: 'decisions from Permit', simulator: 'the demo’s simulated decisions' } as const;

/** Marks a new log as one kind of source's, for ever. Throws `POLLER_OTHER_SOURCE` on a log of the other kind. */
export async function claimSource(log: Log, source: SourceKind): Promise<void> {
  const { records } = await log.latest(topics.windows.name);
  const value = records.get(sourceClaimKey)?.value ?? null;
  if (value === null) {
    const claim = new TextEncoder().encode(JSON.stringify({ source }));
    await log.append(topics.windows.name, [{ key: sourceClaimKey, value: claim }]);
    return;
  }
  const claimed = sourceClaim.parse(JSON.parse(new TextDecoder().decode(value)));
  if (claimed.source !== source) {
    throw new CustodyError(
      pollerErrors.POLLER_OTHER_SOURCE,
      `The log holds ${names[claimed.source]}, and this start would add ${names[source]}.`,
    );
  }
}
