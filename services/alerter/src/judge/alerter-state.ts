import type { SeriesName, TickRecord } from '@custody/decision';
import type { HeldAlert, PastAlert } from '@custody/detect';

/** What the next tick goes on from. A plain value: it travels in the alerts topic. */
export interface AlerterState {
  readonly format: 1;
  readonly held: readonly HeldAlert[];
  /** Of the last four weeks, the oldest first. */
  readonly past: readonly PastAlert[];
  /** Up to where it is known what landed in the store; `null` before the first look. */
  readonly landed: { readonly tableId: string; readonly block: number } | null;
  /** Past moments that are still to be looked at, in order. */
  readonly moments: readonly number[];
  /** Alerts that are open and that a silence has kept from being told, by their ids. */
  readonly untold: readonly string[];
}

export const initialState: AlerterState = { format: 1, held: [], past: [], landed: null, moments: [], untold: [] };

/** The state of a record. It was written by this version: others are refused before. */
export function stateOf(record: TickRecord | null): AlerterState {
  return record === null ? initialState : (record.state as unknown as AlerterState);
}

/** Series of alerts that are open: looked at however little they count now. */
export function openSeriesOf(held: readonly HeldAlert[]): SeriesName[] {
  const names = new Map<string, SeriesName>();
  for (const { alert } of held) {
    const { envId, kind, key } = alert.subject;
    if (alert.status !== 'open' || kind === 'pair') continue;
    names.set(JSON.stringify([envId, kind, key]), { envId, kind, key });
  }
  return [...names.values()];
}
