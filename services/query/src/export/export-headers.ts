import type { AnswerMeta } from '../answer/answer-meta.ts';

/** `meta` of a streamed answer, as headers. What is not known or not so has none. */
export function metaHeaders(meta: Omit<AnswerMeta, 'levels' | 'elapsed_ms'>): Record<string, string> {
  const { from, to, proven, proven_until, blind_seconds, unreadable_seconds, expired, possible, demo } = meta;
  return {
    'x-custody-from': from,
    'x-custody-to': to,
    'x-custody-proven': String(proven),
    ...(proven_until === null ? {} : { 'x-custody-proven-until': proven_until }),
    'x-custody-blind-seconds': String(blind_seconds),
    'x-custody-unreadable-seconds': String(unreadable_seconds),
    ...(expired === undefined ? {} : { 'x-custody-expired': `${expired.from}/${expired.to}` }),
    ...(possible === undefined ? {} : { 'x-custody-possible': String(possible) }),
    ...(demo ? { 'x-custody-demo': 'true' } : {}),
  };
}

/** A name for the file that an answer is saved as: what it is, of which time, and whether it is the demo. */
export function attachment(what: string, { from, to, demo }: Pick<AnswerMeta, 'from' | 'to' | 'demo'>, ending: string) {
  const day = (instant: string) => instant.slice(0, 16).replaceAll(/[-:]/g, '');
  return {
    'content-disposition': `attachment; filename="custody-${demo ? 'DEMO-' : ''}${what}-${day(from)}Z-${day(to)}Z.${ending}"`,
  };
}
