import Runner from 'kafkajs/src/consumer/runner.js';
import { expect, test } from 'vitest';
import { createKafka } from '../src/kafka/connection.ts';

/** Says nothing, in every namespace. */
const silent: Record<string, unknown> = { namespace: () => silent, debug: () => undefined, info: () => undefined };

test('a fetcher that begins after its member was stopped ends, and does not spin for ever', async () => {
  createKafka({ brokers: ['127.0.0.1:1'] }, undefined);
  const runner = new Runner({ logger: silent, consumerGroup: { getNodeIds: () => ['1'] }, concurrency: 1 });
  expect(runner.running).toBe(false);
  await expect(runner.fetch('1')).rejects.toMatchObject({ message: 'the member has been stopped', retriable: true });
});
