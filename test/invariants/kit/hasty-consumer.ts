import { runConsumer } from '@custody/consumer';

/** `custody consume` under another group, or with another session time-out: `[session ms] [group]`. */
const [sessionTimeoutMs = '30000', group] = process.argv.slice(2);
const participation = { sessionTimeoutMs: Number(sessionTimeoutMs), ...(group !== undefined && { group }) };
process.exit(await runConsumer(process.env, participation));
