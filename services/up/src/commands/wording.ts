/** Answers' values as a person reads them. */

/** An instant in a zone: `2026-11-23 00:08:52`, cut to what the precision needs. */
export function instantText(text: string | null | undefined, timeZone: string, length: 10 | 16 | 19 = 19): string {
  if (!text) return '';
  // Swedish dates are written as ISO 8601 has them.
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  return format.format(Date.parse(text)).slice(0, length);
}

export function rateText(rate: number | null): string {
  return rate === null ? '' : `${(rate * 100).toFixed(1)} %`;
}

/** An agent by its name and the start of its id, since many have the same name. `0b53b957*` finds it again. */
export function agentText(name: string, key: string): string {
  const id = key.replace(/^agent\|/, '').replace(/^([0-9a-f]{8})-[0-9a-f-]{27}$/, '$1');
  return name === '' ? id : `${name} ${id}`;
}

interface HumanNamed {
  readonly human_key: string;
  readonly human_name: string;
  readonly human_candidates: readonly string[];
  readonly attribution: string;
}

export function humanText(row: HumanNamed): string {
  if (row.human_key !== '') return row.human_name || row.human_key;
  if (row.human_candidates.length > 0) return `one of ${row.human_candidates.length}`;
  return row.attribution === 'none' ? '' : '?';
}
