import { backfillRequester, type HourWindows, type SourceWindow } from '@custody/decision';
import type { StatementOptions, StoreClient } from './client.ts';

/** Beside the windows, in their order; `''` where a window does not tell. */
function idsXorColumn(windows: readonly SourceWindow[]): string[] {
  return windows.map(({ ids_xor = '' }) => ids_xor);
}

function windowColumns({ facet, from, to, proof, ...window }: SourceWindow) {
  return {
    from_at: from,
    to_at: to,
    facet: facet === undefined ? '' : JSON.stringify(facet),
    state: window.state,
    proof: proof ?? '',
    listed: window.listed,
    counted: window.counted,
    deleted_at_source: window.deleted_at_source,
    read_at: window.read_at,
    reason: window.reason,
  };
}

/** The record says it, but for one of an older poller, which knows only who asked last. */
function backfillAskedAt(repair: HourWindows['repair']): string | null {
  const isBackfill = repair?.requested_by === backfillRequester;
  return repair?.backfill_asked_at ?? (isBackfill ? repair.requested_at : null);
}

/** Stores hours of windows, whole. Idempotent; of one hour the value with the newest `updated_at` stays. */
export async function writeWindows(
  client: StoreClient,
  hours: readonly HourWindows[],
  options: StatementOptions = {},
): Promise<void> {
  if (hours.length === 0) return;
  const rows = hours.map(({ windows, repair, ...hour }) => ({
    ...hour,
    backfill_asked_at: backfillAskedAt(repair),
    windows: windows.map(windowColumns),
    ids_xor: idsXorColumn(windows),
  }));
  await client.insert('write.windows', 'custody_internal.windows_by_hour', rows, options);
}
