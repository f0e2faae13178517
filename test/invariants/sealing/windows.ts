import type { MadeRecord } from '../kit/records.ts';
import type { SourceHour } from './source-hour.ts';

const iso = (ms: number) => new Date(ms).toISOString();
const encoder = new TextEncoder();

/** 128 bits of ids XORed, as 32 hexadecimal digits. */
export function xorOf(ids: readonly string[]): string {
  const bits = ids.map((id) => BigInt(`0x${id.replaceAll('-', '')}`)).reduce((all, one) => all ^ one, 0n);
  return bits.toString(16).padStart(32, '0');
}

function windowOf(hour: SourceHour, fromMs: number, toMs: number, state: 'closed' | 'open' | 'unreadable'): object {
  const { ids, entries } = state === 'closed' ? hour.listing(fromMs, toMs) : { ids: [], entries: 0 };
  const isClosed = state === 'closed';
  return {
    ...{ from: iso(fromMs), to: iso(toMs), state, proof: isClosed ? 'count' : null },
    ...{ listed: entries, counted: isClosed ? entries : null, deleted_at_source: 0, read_at: iso(toMs) },
    reason: state === 'unreadable' ? 'more than a query can list' : '',
    ...(isClosed && { ids_xor: xorOf(ids) }),
  };
}

/** A repair request, as far as a poller reads it. */
export interface Repair {
  readonly requested_at: string;
  readonly reason: string;
}

/** The windows of an hour as a poller records them, by the public contract of the topic. */
export function windowsRecord(hour: SourceHour, updatedAtMs: number, repair?: Repair): MadeRecord {
  const { startMs, middleMs, endMs, shape, world } = hour;
  const second = { whole: 'closed', 'begins inside': 'closed', 'half unreadable': 'unreadable', 'half open': 'open' };
  const windows = [
    ...(shape === 'begins inside' ? [] : [windowOf(hour, startMs, middleMs, 'closed')]),
    windowOf(hour, middleMs, endMs, second[shape] as 'closed' | 'open' | 'unreadable'),
  ];
  const value = {
    ...{ env_id: world.envId, env_name: 'production', hour: iso(startMs), windows, updated_at: iso(updatedAtMs) },
    ...(repair !== undefined && { repair: { requested_at: repair.requested_at, reason: repair.reason } }),
  };
  const key = `${world.envId}/${iso(startMs)}`;
  return { key, value: encoder.encode(JSON.stringify(value)), headers: {} };
}
