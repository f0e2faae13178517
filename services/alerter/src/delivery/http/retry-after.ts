import { hourMs, secondMs } from '@custody/decision';

/** Nobody is believed who asks for more: alerts would be given up before they were tried. */
const mostMs = hourMs;

/** How long a `Retry-After` asks to wait, in seconds or as a date; `null` where it says nothing that can be understood. */
export function retryAfterMs(header: string | null, nowMs: number): number | null {
  if (header === null) return null;
  const text = header.trim();
  const waitMs = /^\d{1,9}$/.test(text) ? Number(text) * secondMs : Date.parse(text) - nowMs;
  return Number.isNaN(waitMs) ? null : Math.min(Math.max(waitMs, 0), mostMs);
}
