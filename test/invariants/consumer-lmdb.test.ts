import { testVariables } from '../kit/test-variables.ts';
import { describeConsumer } from './consumer/describe-consumer.ts';
import { describeStoppedStore } from './consumer/describe-stopped-store.ts';

// The same on Kafka, whose broker is killed too, is the harder trial: where that one has to run, it is enough.
if (testVariables.isLong || !testVariables.required.includes('kafka')) {
  describeConsumer('the consumer on the embedded log');
}
describeStoppedStore();
