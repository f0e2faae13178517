import { secondMs, type TimeRange } from '@custody/decision';
import { openWindow, type Window } from './window.ts';

const mostParts = 60;

/** Cuts a window into so many parts of whole seconds, two at least; `null` where it is one second already. */
export function splitWindow(range: TimeRange, wanted: number, details: Partial<Window>): Window[] | null {
  const seconds = Math.ceil((range.toMs - range.fromMs) / secondMs);
  if (seconds <= 1) return null;
  const parts = Math.min(seconds, mostParts, Math.max(2, wanted));
  const partMs = Math.ceil(seconds / parts) * secondMs;
  const windows: Window[] = [];
  for (let fromMs = range.fromMs; fromMs < range.toMs; fromMs += partMs) {
    windows.push(openWindow({ fromMs, toMs: Math.min(fromMs + partMs, range.toMs) }, details));
  }
  return windows;
}
