import type { HourWindows } from '@custody/decision';
import {
  type DecisionRow,
  type PositionedRecord,
  type StoreClient,
  writeDecisions,
  writeFacts,
  writeWindows,
} from '@custody/store';

export interface DecisionStore {
  writeDecisions(rows: readonly DecisionRow[], signal: AbortSignal): Promise<void>;
}

/** What the consumer writes. Each write resolves when it is stored, and may be repeated. */
export interface ConsumerStore extends DecisionStore {
  writeWindows(hours: readonly HourWindows[], signal: AbortSignal): Promise<void>;
  writeFacts(records: readonly PositionedRecord[], signal: AbortSignal): Promise<void>;
}

export function clickhouseStore(client: StoreClient): ConsumerStore {
  return {
    writeDecisions: (rows, signal) => writeDecisions(client, rows, { signal }),
    writeWindows: (hours, signal) => writeWindows(client, hours, { signal }),
    writeFacts: (records, signal) => writeFacts(client, records, { signal }),
  };
}
