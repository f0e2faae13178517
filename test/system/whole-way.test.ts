import { test } from 'vitest';
import { testVariables } from '../kit/test-variables.ts';
import { describeWholeWay } from './whole-way.ts';

// On Kafka the same way is the harder one, and the demo has every part of an embedded installation killed: where Kafka has
// to be there, that is enough for an ordinary run.
if (testVariables.isLong || !testVariables.required.includes('kafka')) {
  describeWholeWay('the whole way on the embedded log', {
    variables: () => ({}),
    accidents: ({ killService }) => [
      { atShare: 0.04, kill: () => killService('consumer') },
      { atShare: 0.24, kill: () => killService('poller') },
      { atShare: 0.44, kill: () => killService('store') },
      { atShare: 0.6, kill: () => killService('consumer') },
    ],
  });
} else {
  test.skip('the whole way on the embedded log: with CUSTODY_TEST_LONG=1, or where no Kafka is required');
}
