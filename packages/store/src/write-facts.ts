import type { Fact, GrantRecord, Listing } from '@custody/decision';
import type { StatementOptions, StoreClient } from './client.ts';

/** A value of the grants topic and where it stands there: its version. */
export interface PositionedRecord {
  readonly record: GrantRecord;
  readonly position: number;
}

function factColumns(fact: Fact, position: number) {
  return { ...fact, began_at: fact.valid_from ?? fact.first_seen, position };
}

function listingColumns({ env_id, of, first_completed_at, completed_at }: Listing, position: number) {
  return { env_id, kind: of, first_completed_at, completed_at, position };
}

/** Stores facts and listings. Idempotent; of one key the value with the highest position stays. */
export async function writeFacts(
  client: StoreClient,
  records: readonly PositionedRecord[],
  options: StatementOptions = {},
): Promise<void> {
  const facts = records.flatMap(({ record, position }) =>
    record.kind === 'listing' ? [] : factColumns(record, position),
  );
  const listings = records.flatMap(({ record, position }) =>
    record.kind === 'listing' ? listingColumns(record, position) : [],
  );
  if (facts.length > 0) await client.insert('write.facts', 'custody_internal.facts', facts, options);
  if (listings.length > 0) await client.insert('write.listings', 'custody_internal.listings', listings, options);
}
