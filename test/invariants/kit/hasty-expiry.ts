import { createLogger, systemClock } from '@custody/runtime';
import { createStoreClient, expire } from '@custody/store';

/**
 * What the sealer does once an hour, at once and as two days later, since nothing goes that was sealed on the same day: all
 * decisions before the beginning of a day (UTC) expire. `[day's start, milliseconds]`.
 */
const dayMs = 86_400_000;
const nowMs = Date.now() + 2 * dayMs;
const days = Math.floor(nowMs / dayMs) - Math.floor(Number(process.argv[2]) / dayMs);
const { CLICKHOUSE_URL: url = '', CLICKHOUSE_USER: username = '', CLICKHOUSE_PASSWORD: password = '' } = process.env;
const logger = createLogger({ service: 'expiry' });
const client = createStoreClient({ url, username, password, application: 'test', logger });
const policies = { general: { decisions: days, entries: days }, named: new Map() };
await expire({ client, policies, clock: { ...systemClock, now: () => nowMs } });
await client.close();
