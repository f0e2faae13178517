import { runSealer } from '@custody/sealer';

/** `custody seal` that is given up soon when it is silent, or one that takes no turns with others: `[silence ms] [leader]`. */
const [leaderTimeoutMs = '30000', leader] = process.argv.slice(2);
const participation = { leaderTimeoutMs: Number(leaderTimeoutMs), ...(leader !== undefined && { leader }) };
process.exit(await runSealer(process.env, participation));
