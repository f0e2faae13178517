import {
  type AnyDecisionHeaders,
  type Decision,
  deadLettered,
  kept,
  type Outcome,
  parseDecisionHeaders,
  parseEntry,
} from '@custody/decision';
import type { LogRecord } from '@custody/log';
import type { FromRecord, Step } from './step.ts';

/** A record that holds a decision, with the place it was read for. */
export interface ValidEntry extends FromRecord {
  readonly headers: AnyDecisionHeaders;
  readonly decision: Decision;
  readonly entryBytes: Uint8Array;
  /** Whether the bytes are the detailed entry's. */
  readonly isDetail: boolean;
}

/** Reads headers and entry of a record; never throws, whatever the bytes. */
export function createValidate(): Step<FromRecord, ValidEntry> {
  // Records of one page share their headers.
  let last: LogRecord['headers'] | undefined;
  let lastParsed = parseDecisionHeaders({});
  const headersOf = (headers: LogRecord['headers']) => {
    if (headers !== last) lastParsed = parseDecisionHeaders(headers);
    last = headers;
    return lastParsed;
  };
  return function validate({ record }: FromRecord): Outcome<ValidEntry> {
    const headers = headersOf(record.headers);
    if (headers.outcome === 'deadLettered') return headers;
    if (record.value === null) return deadLettered('not_an_object', 'the record has no value');
    const decision = parseEntry(record.value);
    if (decision.outcome === 'deadLettered') return decision;
    const isDetail = headers.value['custody-form'] === 'detailed';
    return kept({
      record,
      headers: headers.value,
      decision: decision.value,
      entryBytes: record.value,
      isDetail,
    });
  };
}
