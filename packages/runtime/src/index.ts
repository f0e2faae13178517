/**
 * What every service needs and no domain knows: errors, configuration, lifecycle, retry, logger, metrics, clock and
 * the admin server. It promises nothing about decisions, logs or stores, and imports none of them.
 */
export { type Clock, systemClock } from './clock.ts';
export { CustodyError, type ErrorDetails, type ErrorKind, errorKinds, isError, isRetriable } from './errors.ts';
export { createLogger, type Logger, type LoggerOptions, type LogLevel, logLevels, redactText } from './logger.ts';
