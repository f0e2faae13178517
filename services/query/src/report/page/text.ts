import { type Html, html } from '../../html/html.ts';
import type { Principal } from '../tally.ts';

/** `1,234`. */
export function numberText(value: number): string {
  return value.toLocaleString('en-US');
}

/** `1 hour`, `2 hours`. */
export function countText(value: number, one: string, many = `${one}s`): string {
  return `${numberText(value)} ${value === 1 ? one : many}`;
}

/** A share of a whole; nothing of nothing. */
export function shareText(part: number, whole: number): string {
  if (whole === 0) return '–';
  const percent = (part / whole) * 100;
  return `${percent > 0 && percent < 0.05 ? '< 0.1' : percent.toFixed(1)} %`;
}

const units = [
  ['day', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
] as const;

/** A length of time by its two largest units: `2 h 5 min`. */
export function lengthText(milliseconds: number): string {
  let left = Math.ceil(milliseconds / 1_000);
  const parts: string[] = [];
  for (const [unit, seconds] of units) {
    const value = Math.floor(left / seconds);
    left -= value * seconds;
    if (value > 0) parts.push(unit === 'day' ? countText(value, unit) : `${value} ${unit}`);
  }
  return parts.slice(0, 2).join(' ') || '0 s';
}

/** A number in a cell. */
export function numberCell(value: number): Html {
  return html`<td class="n">${numberText(value)}</td>`;
}

/** A name with the key under it; the key alone where no name is known. */
export function nameCell({ key, name, email = '' }: { key: string; name: string; email?: string }): Html {
  const shown = name || email || key;
  const about = [name === '' ? '' : email, shown === key ? '' : key].filter((text) => text !== '');
  return html`<th scope="row">${shown}${about.map((text) => html`<span class="key">${text}</span>`)}</th>`;
}

/** The busiest first; equal ones by their key. */
export function busiest<Entry extends Pick<Principal, 'decisions' | 'key'>>(entries: Iterable<Entry>): Entry[] {
  return [...entries].sort((one, other) => other.decisions - one.decisions || (one.key < other.key ? -1 : 1));
}

/** A note below a table that shows only the first of its rows. */
export function restNote(shown: number, all: number, what: string): Html {
  return shown >= all
    ? html``
    : html`<p class="note">The first ${numberText(shown)} of ${numberText(all)} ${what}; the files have all of them.</p>`;
}
