/**
 * The poller: reads decisions and facts out of one Permit environment or several into the log.
 *
 * Promises: an entry that the source listed is durable in the log before anything is recorded about it, bytes verbatim;
 * a window is closed only with a proof; a restart resumes from the windows topic. Does not promise that an entry is
 * handed on once (it lands once), nor any order, nor anything about what the source itself never listed.
 */
export { type PollerConfig, readPollerConfig } from './config.ts';
export { runPoller } from './main.ts';
export { createPollerMetrics } from './metrics.ts';
export { type Pace, runSession } from './run-session.ts';
export { openSession, type Session, type SessionOptions } from './session.ts';
