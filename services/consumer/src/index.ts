/**
 * The consumer: reads decisions from the log, names the human of each, stores them, and commits.
 *
 * Promises: every record is stored or kept as a dead letter with its bytes untouched before it is committed, and a
 * decision read any number of times is one row; a store that is down costs time only; windows become visible after the
 * decisions they prove; what is learned of grants late is worked into what is stored. It does not read the source and does
 * not create tables.
 */
export { type ConsumerConfig, consumerVariables } from './config.ts';
export { consumerErrors } from './errors.ts';
export { runConsumer } from './main.ts';
