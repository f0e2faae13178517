/**
 * ClickHouse's own engine in a process of its own, behind ClickHouse's HTTP interface, so that every service talks to
 * it as to a server. It promises what a server's HTTP port does for the calls of `@clickhouse/client` and Grafana:
 * settings per request, streaming both ways, exceptions in the server's form, two logins. A `full` login may do what
 * the engine can, apart from files by `INTO OUTFILE`; a `reader` sees named views within limits.
 * It does not promise the native TCP protocol, replication, users and grants in SQL, or `compress=1` framing.
 */
export { type EmbeddedErrorCode, embeddedErrors } from './errors.ts';
export type { EmbeddedUser, ReaderLimits } from './process-messages.ts';
export {
  type EmbeddedClickHouse,
  type EmbeddedClickHouseOptions,
  type EngineExit,
  startEmbeddedClickHouse,
} from './start.ts';
