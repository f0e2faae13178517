import { describeConsumer } from './consumer/describe-consumer.ts';
import { describeStoppedStore } from './consumer/describe-stopped-store.ts';

describeConsumer('the consumer on the embedded log');
describeStoppedStore();
