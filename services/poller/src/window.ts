import {
  formatTimestamp,
  type HourWindows,
  noIdsXor,
  type SourceFacet,
  type SourceWindow,
  type TimeRange,
} from '@custody/decision';

type Kept = 'facet' | 'state' | 'proof' | 'listed' | 'counted' | 'reason';

/** A window as the poller works with it: `SourceWindow` with its times in milliseconds since the epoch. */
export interface Window extends TimeRange, Pick<SourceWindow, Kept> {
  /** The ids of what is `listed`, XORed; `null` where they are not known. */
  readonly idsXor: string | null;
  readonly deletedAtSource: number;
  readonly readAtMs: number | null;
  readonly closedAtMs: number | null;
  readonly verifiedAtMs: number | null;
  /** Ids listed in the padding on either side; `null` where an older record does not say. */
  readonly beside: { readonly before: number; readonly after: number } | null;
  readonly facets: readonly SourceFacet[];
  readonly repair: boolean;
}

/** Where nobody says which ids were listed, that is known only of none. */
function idsUntold(listed: number): string | null {
  return listed === 0 ? noIdsXor : null;
}

/** A window of which nothing is proven. */
export function openWindow(range: TimeRange, details: Partial<Window> = {}): Window {
  const idsXor = idsUntold(details.listed ?? 0);
  const unread = { proof: null, listed: 0, idsXor, counted: null, deletedAtSource: 0, readAtMs: null, reason: '' };
  const unproven = { closedAtMs: null, verifiedAtMs: null, beside: null, facets: [], repair: false };
  return { state: 'open', ...unread, ...unproven, ...details, fromMs: range.fromMs, toMs: range.toMs };
}

function textOrNull(epochMs: number | null): string | null {
  return epochMs === null ? null : formatTimestamp(epochMs);
}

function msOrNull(text: string | null | undefined): number | null {
  return text === null || text === undefined ? null : Date.parse(text);
}

export function toRecord(window: Window): SourceWindow {
  const { fromMs, toMs, readAtMs, closedAtMs, verifiedAtMs, ...rest } = window;
  const { idsXor, deletedAtSource, beside, facets, repair, ...same } = rest;
  return {
    from: formatTimestamp(fromMs),
    to: formatTimestamp(toMs),
    ...same,
    ...(idsXor !== null && { ids_xor: idsXor }),
    deleted_at_source: deletedAtSource,
    read_at: textOrNull(readAtMs),
    ...(facets.length > 0 && { facets: [...facets] }),
    ...(beside !== null && { listed_before: beside.before, listed_after: beside.after }),
    ...(closedAtMs !== null && { closed_at: formatTimestamp(closedAtMs) }),
    ...(verifiedAtMs !== null && { verified_at: formatTimestamp(verifiedAtMs) }),
    ...(repair && { repair }),
  };
}

export function fromRecords({ windows }: HourWindows): Window[] {
  return windows.map((record) => {
    const { facet, state, proof, listed, counted, reason, listed_before: before, listed_after: after } = record;
    return {
      fromMs: Date.parse(record.from),
      toMs: Date.parse(record.to),
      ...(facet !== undefined && { facet }),
      ...{ state, proof, listed, counted, reason },
      idsXor: record.ids_xor ?? idsUntold(listed),
      deletedAtSource: record.deleted_at_source,
      readAtMs: msOrNull(record.read_at),
      closedAtMs: msOrNull(record.closed_at),
      verifiedAtMs: msOrNull(record.verified_at),
      beside: before === undefined || after === undefined ? null : { before, after },
      facets: record.facets ?? [],
      repair: record.repair ?? false,
    };
  });
}

/** What is left of a window outside a range; nothing of what it counted is known of the parts. */
export function without(window: Window, range: TimeRange): Window[] {
  if (window.toMs <= range.fromMs || range.toMs <= window.fromMs) return [window];
  const parts = [
    { fromMs: window.fromMs, toMs: range.fromMs },
    { fromMs: range.toMs, toMs: window.toMs },
  ];
  const { reason, repair } = window;
  return parts.filter(({ fromMs, toMs }) => fromMs < toMs).map((part) => openWindow(part, { reason, repair }));
}
