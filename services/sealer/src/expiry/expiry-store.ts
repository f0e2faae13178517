import type { Clock } from '@custody/runtime';
import { expire, type RetentionPolicies, type StoreClient } from '@custody/store';
import type { ExpiryStore } from './expiry.ts';

/** Looking at the rows of a month with one core takes longer than what somebody waits for. */
const timeoutMs = 600_000;

export function clickhouseExpiry(client: StoreClient, policies: RetentionPolicies, clock: Clock): ExpiryStore {
  return {
    expire: (onExpired, signal) => expire({ client, policies, clock, onExpired }, { signal, timeoutMs }),
  };
}
