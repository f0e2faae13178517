import kafkajs from 'kafkajs';
import Runner from 'kafkajs/src/consumer/runner.js';

let isApplied = false;

/**
 * A member of kafkajs's that is stopped while brokers come or go may make its fetchers anew after it has stopped the old
 * ones. The new ones are told that there is nothing, at once and for ever: a loop without a pause that starves the whole
 * process, seen with a broker killed. An error ends them, and kafkajs then sees that its member is over.
 */
export function endStoppedFetchers(): void {
  if (isApplied) return;
  isApplied = true;
  const fetch = Runner.prototype.fetch;
  Runner.prototype.fetch = async function (this: Runner, nodeId: string) {
    if (!this.running) throw new kafkajs.KafkaJSError('the member has been stopped', { retriable: true });
    return fetch.call(this, nodeId);
  };
}
