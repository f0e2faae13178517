import { errorKinds } from '@custody/runtime';

export const embeddedErrors = errorKinds({
  EMBEDDED_PORT_BUSY: {
    retriable: true,
    meaning: 'The port of the embedded store is taken by another program.',
    remedy: 'Stop that program, or choose another port with CUSTODY_CLICKHOUSE_PORT.',
  },
  EMBEDDED_ADDRESS_UNUSABLE: {
    retriable: false,
    meaning: 'The embedded store cannot listen on the given address.',
    remedy: 'Use an address of this machine, for example 127.0.0.1, and a port that this user may open.',
  },
  EMBEDDED_DIRECTORY_UNWRITABLE: {
    retriable: false,
    meaning: 'The data directory of the embedded store cannot be created or written.',
    remedy: 'Give this user write access to the directory, or choose another with CUSTODY_DATA_DIR.',
  },
  EMBEDDED_DIRECTORY_IN_USE: {
    retriable: true,
    meaning: 'Another process has the data directory of the embedded store open.',
    remedy: 'Stop the other process, or choose another directory with CUSTODY_DATA_DIR.',
  },
  EMBEDDED_PLATFORM_UNSUPPORTED: {
    retriable: false,
    meaning: 'There is no engine package for this platform.',
    remedy:
      'Run on Linux (glibc) or macOS, x64 or arm64, reinstall there, or set CLICKHOUSE_URL to a ClickHouse server.',
  },
  EMBEDDED_START_FAILED: {
    retriable: false,
    meaning: 'The embedded store did not come up.',
    remedy: 'Read the message of the engine; CLICKHOUSE_URL can name a ClickHouse server instead.',
  },
});

export type EmbeddedErrorCode = keyof typeof embeddedErrors;
