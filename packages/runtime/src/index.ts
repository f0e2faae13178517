/**
 * What every service needs and no domain knows: errors, configuration, lifecycle, retry, logger, metrics, clock, the
 * admin server and the data directory. It promises nothing about decisions, logs or stores, and imports none of them.
 */
export { aborted } from './aborted.ts';
export {
  type AdminServer,
  type AdminServerOptions,
  adminErrors,
  listenError,
  type ReadinessCheck,
  readiness,
  startAdminServer,
} from './admin-server.ts';
export { type Clock, systemClock } from './clock.ts';
export { configErrors, faultsOf, invalidConfig, parseConfig, type Variables } from './config.ts';
export {
  type ConfigDocument,
  describeIssue,
  findConfigFile,
  parseConfigText,
  readConfigDocument,
} from './config-document.ts';
export { type DataDirectory, dataDirectoryErrors, openDataDirectory, type SourceKind } from './data-directory.ts';
export { lockDirectory, lockErrors } from './directory-lock.ts';
export { CustodyError, type ErrorDetails, type ErrorKind, errorKinds, isError, isRetriable } from './errors.ts';
export { type InterruptiblePatience, interruptible, throwIfAborted, wasInterrupted } from './interruptible.ts';
export { type Closer, Lifecycle, type LifecycleOptions, type Task } from './lifecycle.ts';
export { createLogger, type Logger, type LoggerOptions, type LogLevel, logLevels, redactText } from './logger.ts';
export { Counter, createMetrics, Gauge, Histogram, joinMetrics, type MetricsText, Registry } from './metrics.ts';
export { createPatience, type Patience, type PatienceOptions } from './patience.ts';
export { type RetryOptions, withRetry } from './retry.ts';
export {
  exitCodeOf,
  exitCodes,
  explainError,
  type ProcessOptions,
  runProcess,
  type ServiceReport,
} from './run-process.ts';
export { Secret, secretReference } from './secret-reference.ts';
export { type AdminConfig, serveAdmin } from './serve-admin.ts';
export { commonVariables, httpUrl, port, wholeNumber } from './variables.ts';
