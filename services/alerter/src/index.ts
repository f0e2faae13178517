/**
 * The alerter: judges the live tail against history and tells people what stands out.
 *
 * Promises of its delivery: every transition reaches each of its channels at least once, under the same id each time, in the
 * order of its alert; what cannot be delivered is listed and can be sent again. Secrets leave it in requests only.
 */
export { type Channel, type ChannelKind, channelKinds, hostOf } from './delivery/channel.ts';
export { type ChannelConfig, readChannels } from './delivery/channel-config.ts';
export type { ChannelHealth } from './delivery/delivery-metrics.ts';
export { type DeliveryErrorCode, deliveryErrors } from './delivery/errors.ts';
export { alertLine } from './delivery/format/transition-words.ts';
export { Outbox } from './delivery/outbox.ts';
export type { Send, SendOutcome } from './delivery/send.ts';
export { sendOverHttp } from './delivery/send-over-http.ts';
export { type SendTestOptions, sendTest, type TestAttempt, type TestResult } from './delivery/send-test.ts';
export { alerterErrors } from './errors.ts';
export { Journal, type JournalParts, type TickOutcome } from './journal/journal.ts';
export type { JournalNews } from './journal/journal-fold.ts';
export { keptTicks } from './journal/kept-ticks.ts';
export { runAlerter } from './main.ts';
export { type Replayed, replay } from './replay/replay.ts';
export { clickhouseTickStore } from './tick/clickhouse-tick-store.ts';
export { Tick } from './tick/tick.ts';
