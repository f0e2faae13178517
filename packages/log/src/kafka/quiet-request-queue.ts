import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';

let isApplied = false;

/**
 * kafkajs re-arms a 1 ms timer for every connection, for ever, to look at a queue that is nearly always empty: an idle
 * process pays up to a tenth of a core (tulios/kafkajs#1751), and Node warns of negative delays. Without anything
 * pending there is nothing to look for: a request that comes later arms the timer itself.
 */
export function quietRequestQueues(): void {
  if (isApplied) return;
  isApplied = true;
  const schedule = RequestQueue.prototype.scheduleCheckPendingRequests;
  RequestQueue.prototype.scheduleCheckPendingRequests = function (this: RequestQueue) {
    if (this.pending.length > 0) schedule.call(this);
  };
}
