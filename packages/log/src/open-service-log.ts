import { type Clock, type Lifecycle, type Logger, openDataDirectory, type SourceKind } from '@custody/runtime';
import type { Log, TopicSpec } from './log.ts';
import { openLog } from './open-log.ts';
import type { LogConfig } from './variables.ts';

/** Where a service finds its log, as it is configured. */
export type ServiceLogConfig = LogConfig & {
  readonly CUSTODY_DATA_DIR: string;
  readonly CUSTODY_SOURCE_KIND: SourceKind;
};

export interface ServiceLogParts {
  readonly lifecycle: Lifecycle;
  readonly logger: Logger;
  readonly clock: Clock;
}

/**
 * Opens the log for a service, with its topics, and closes it when the service ends. `leaderTimeoutMs`:
 * how long a leader may be silent, milliseconds; absent: as the engine has it. Throws LOG_*, CONFIG_INVALID and DATA_DIRECTORY_*.
 */
export async function openServiceLog(
  config: ServiceLogConfig,
  topics: readonly TopicSpec[],
  { lifecycle, logger, clock }: ServiceLogParts,
  leaderTimeoutMs?: number,
): Promise<Log> {
  const { CUSTODY_DATA_DIR: path, CUSTODY_SOURCE_KIND: source } = config;
  const directory = () => openDataDirectory(path, source, clock.now()).logPath;
  const { signal } = lifecycle;
  const patience = leaderTimeoutMs === undefined ? {} : { leaderTimeoutMs };
  const log = await openLog({ config, directory, topics, logger, clock, signal, ...patience });
  lifecycle.defer('log', () => log.close());
  return log;
}
