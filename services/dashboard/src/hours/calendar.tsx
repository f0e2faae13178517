import { useMemo, useRef, useState } from 'preact/hooks';
import type { CoveredHour } from '../api/hour-questions.ts';
import { counted } from '../format/numbers.ts';
import { dayMs, hourMs } from '../state/range.ts';
import { keyOf } from './hour-key.ts';
import { lookOf, looks } from './hour-states.ts';
import { utcDay } from './months.ts';

const hoursOfDay = Array.from({ length: 24 }, (_, hour) => hour);
const twoDigits = (hour: number) => String(hour).padStart(2, '0');

/** Everything of an hour in a line: when, how it is, how much, and why. */
export function hourText(hour: CoveredHour): string {
  const startMs = Date.parse(hour.hour);
  const from = new Date(startMs).getUTCHours();
  const when = `${utcDay(startMs)} ${twoDigits(from)}–${twoDigits((from + 1) % 24)} UTC`;
  const many = hour.decisions === null ? '' : `, ${counted(hour.decisions, 'decision')}`;
  const expired = lookOf(hour) === 'expired' ? `, sealed ${hour.state}` : '';
  return `${when}: ${looks[lookOf(hour)].name.toLowerCase()}${expired}${many}${hour.why === '' ? '' : `; ${hour.why}`}`;
}

interface Day {
  readonly startMs: number;
  readonly hours: ReadonlyMap<number, CoveredHour>;
}

/** The days that hours are of, the newest first. */
function daysOf(hours: readonly CoveredHour[]): Day[] {
  const days = Map.groupBy(hours, ({ hour }) => Math.floor(Date.parse(hour) / dayMs) * dayMs);
  return [...days]
    .map(([startMs, own]) => ({
      startMs,
      hours: new Map(own.map((hour) => [(Date.parse(hour.hour) - startMs) / hourMs, hour])),
    }))
    .toSorted((a, b) => b.startMs - a.startMs);
}

const steps: Readonly<Record<string, readonly [days: number, hours: number]>> = {
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  PageUp: [-7, 0],
  PageDown: [7, 0],
  Home: [0, -23],
  End: [0, 23],
};

/** The cell that a key leads to: the nearest one there that is an hour. */
function stepFrom(cell: HTMLElement, [days, hours]: readonly [number, number]): HTMLElement | null {
  const row = cell.closest('tr');
  const rows = [...(row?.parentElement?.children ?? [])];
  if (row === null) return null;
  const at = Number(cell.dataset.at);
  const clamp = (value: number, most: number) => Math.min(Math.max(value, 0), most);
  const target = rows[clamp(rows.indexOf(row) + days, rows.length - 1)];
  const wanted = clamp(at + hours, 23);
  const cells = [...(target?.querySelectorAll<HTMLElement>('.hour') ?? [])];
  const distance = (one: HTMLElement) => Math.abs(Number(one.dataset.at) - wanted);
  return cells.toSorted((a, b) => distance(a) - distance(b))[0] ?? null;
}

interface CalendarProps {
  readonly name: string;
  readonly hours: readonly CoveredHour[];
  /** Key of the hour that is looked at. */
  readonly selected: string;
  readonly onSelect: (key: string) => void;
}

/** Days by 24 hours of UTC, the newest day first; arrow keys go from hour to hour. */
export function Calendar({ name, hours, selected, onSelect }: CalendarProps) {
  const [pointed, setPointed] = useState<string | null>(null);
  const days = useMemo(() => daysOf(hours), [hours]);
  const byKey = useMemo(() => new Map(hours.map((hour) => [keyOf(hour), hour])), [hours]);
  const reached = byKey.has(selected) ? selected : keyOf(hours.at(-1) ?? { env_id: '', hour: '1970-01-01T00:00:00Z' });
  const select = useRef(onSelect);
  select.current = onSelect;
  const onKeyDown = (event: KeyboardEvent) => {
    const step = steps[event.key];
    const cell = event.target instanceof HTMLElement ? event.target.closest<HTMLElement>('.hour') : null;
    if (step === undefined || cell === null) return;
    event.preventDefault();
    stepFrom(cell, step)?.focus();
  };
  const point = (event: Event) => {
    const cell = event.target instanceof HTMLElement ? event.target.closest<HTMLElement>('.hour') : null;
    setPointed(cell?.dataset.key ?? null);
  };
  // Drawn anew with the hours and the one that is looked at, and not whenever another is pointed at.
  const body = useMemo(
    () =>
      days.map(({ startMs, hours: own }) => (
        <tr key={startMs}>
          <th scope="row">{utcDay(startMs)}</th>
          {hoursOfDay.map((at) => {
            const hour = own.get(at);
            if (hour === undefined) return <td key={at} />;
            const key = keyOf(hour);
            return (
              <td key={at}>
                <button
                  type="button"
                  class={`hour is-${lookOf(hour)}`}
                  data-key={key}
                  data-at={at}
                  tabIndex={key === reached ? 0 : -1}
                  aria-label={hourText(hour)}
                  aria-pressed={key === selected}
                  onClick={() => select.current(key)}
                >
                  {looks[lookOf(hour)].sign}
                </button>
              </td>
            );
          })}
        </tr>
      )),
    [days, selected, reached],
  );
  const shown = byKey.get(pointed ?? '');
  return (
    <>
      <table
        class="hours"
        onKeyDown={onKeyDown}
        onMouseMove={point}
        onMouseLeave={() => setPointed(null)}
        onFocusIn={point}
        onFocusOut={() => setPointed(null)}
      >
        <caption class="hidden-visually">Hours of {name}, a row a day. Arrow keys go from hour to hour.</caption>
        <thead>
          <tr>
            <th scope="col">
              <span class="hidden-visually">Day</span>
            </th>
            {hoursOfDay.map((at) => (
              <th key={at} scope="col">
                {twoDigits(at)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{body}</tbody>
      </table>
      <p class="readout hours-readout" aria-hidden="true">
        {shown === undefined ? (
          <span class="quiet">Point at an hour for what is known of it, press it for its seal. Hours are of UTC.</span>
        ) : (
          hourText(shown)
        )}
      </p>
    </>
  );
}
