import { errorKinds } from '@custody/runtime';

export const storeErrors = errorKinds({
  STORE_UNREACHABLE: {
    retriable: true,
    meaning: 'The store does not answer, or the connection to it broke.',
    remedy: 'Check that ClickHouse runs and that CLICKHOUSE_URL names it; the pipeline goes on by itself.',
  },
  STORE_BAD_CREDENTIALS: {
    retriable: false,
    meaning: 'The store refused the login, or the login lacks a right that it needs.',
    remedy:
      'Correct CLICKHOUSE_USER and CLICKHOUSE_PASSWORD, or grant the login the databases custody and custody_internal.',
  },
  STORE_TIMEOUT: {
    retriable: true,
    meaning: 'A statement took longer than it may.',
    remedy: 'Ask for a shorter range or fewer groups, or try when the store is less busy.',
  },
  STORE_MEMORY: {
    retriable: true,
    meaning: 'A statement needed more memory than it may use, or than the store has left.',
    remedy: 'Ask for a shorter range or fewer groups, or give the store more memory.',
  },
  STORE_TOO_MUCH: {
    retriable: false,
    meaning: 'A statement read or returned more rows or bytes than it may.',
    remedy: 'Ask for a shorter range, fewer groups or a smaller limit.',
  },
  STORE_BUSY: {
    retriable: true,
    meaning: 'The store cannot take the statement now: too many at once, too many parts, no space or read-only.',
    remedy: 'Free space or reduce the load on the store where it stays so; the pipeline tries again by itself.',
  },
  STORE_CANCELLED: {
    retriable: false,
    meaning: 'A statement was given up because nobody waits for it any longer.',
    remedy: 'Nothing to do.',
  },
  STORE_KILLED: {
    retriable: true,
    meaning:
      'The store ended a statement that was still waited for: by KILL QUERY, or because the store is being stopped.',
    remedy:
      'Nothing to do: the pipeline tries again by itself. To be rid of its statements, stop the service that asks them.',
  },
  STORE_NOT_MIGRATED: {
    retriable: true,
    meaning: 'The store lacks a table, view or column that this version needs.',
    remedy: 'Run `custody migrate`; `custody up` does so at its start.',
  },
  STORE_REJECTED: {
    retriable: false,
    meaning: 'The store refused a statement.',
    remedy: 'Report it with the log line: the statement’s name and the store’s own code are in its fields.',
  },
  STORE_UNEXPECTED_ANSWER: {
    retriable: false,
    meaning: 'What answered is not a ClickHouse of a known version, or its rows do not have the expected shape.',
    remedy: 'Check that CLICKHOUSE_URL names ClickHouse’s HTTP port, and run `custody migrate`.',
  },
  STORE_OTHER_SOURCE: {
    retriable: false,
    meaning: 'The store holds decisions of the other kind of source: demo and real data never meet.',
    remedy: 'Use another store with CLICKHOUSE_URL or another directory with CUSTODY_DATA_DIR, or empty this one.',
  },
  STORE_TOO_NEW: {
    retriable: false,
    meaning: 'The store was brought to a newer version by a change that this version cannot work with.',
    remedy: 'Start the newer version.',
  },
  STORE_NO_SUCH_HOLD: {
    retriable: false,
    meaning: 'No hold in force has the id that was given, or several have one that begins so.',
    remedy: 'Give more of the id; `custody retention` lists the holds.',
  },
  STORE_DELETION_FAILS: {
    retriable: true,
    meaning: 'The store cannot delete rows that expired; it goes on trying by itself, and the message has its reason.',
    remedy:
      'Mend what the reason names: most often the disk is full, since a month’s rows are rewritten before the old ones go.',
  },
  STORE_MIGRATION_CHANGED: {
    retriable: false,
    meaning: 'A migration that was applied differs from the file of the same number.',
    remedy: 'Restore the file as it was released, and put the change into a migration of its own.',
  },
});
