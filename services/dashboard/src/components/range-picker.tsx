import { useState } from 'preact/hooks';
import { momentTime, zoneLabel } from '../format/times.ts';
import { isLive, presets, shifted, widened } from '../state/range.ts';
import { changeView, type View } from '../state/view.ts';
import { Icon } from './icon.tsx';

/** The range in words, in the zone of the view. */
function rangeText({ range, span, zone }: View): string {
  const preset = presets.find(({ from }) => from === range.from);
  if (preset !== undefined && isLive(range)) return preset.name;
  const until = isLive(range) ? 'now' : momentTime(span.toMs, zone);
  return `${momentTime(span.fromMs, zone)} – ${until}`;
}

function CustomRange({ view, onDone }: { readonly view: View; readonly onDone: () => void }) {
  const { range, zone } = view;
  const [from, setFrom] = useState(range.from);
  const [to, setTo] = useState(range.to);
  const submit = (event: Event) => {
    event.preventDefault();
    changeView({ from, to });
    onDone();
  };
  return (
    <form class="popover" onSubmit={submit} aria-label="Range">
      <label>
        From
        <input value={from} onInput={({ currentTarget }) => setFrom(currentTarget.value)} />
      </label>
      <label>
        To
        <input value={to} placeholder="now" onInput={({ currentTarget }) => setTo(currentTarget.value)} />
      </label>
      <p class="quiet small">
        A time with its zone (2026-11-01T09:00:00Z), a date, today, -36h, -14d. Dates are of {zoneLabel(zone)}.
      </p>
      <button type="submit" class="button is-main">
        Show
      </button>
    </form>
  );
}

/** Chooses the range, steps through time, and widens. */
export function RangePicker({ view }: { readonly view: View }) {
  const [isOpen, setOpen] = useState(false);
  const { range, span } = view;
  const go = ({ from, to }: { from: string; to: string }) => changeView({ from, to });
  return (
    <fieldset class="range" aria-label="Range">
      <button
        type="button"
        class="button is-quiet"
        title="Earlier ([)"
        aria-label="Earlier"
        onClick={() => go(shifted(span, -1, Date.now()))}
      >
        <Icon name="left" />
      </button>
      <button
        type="button"
        class="button is-quiet"
        title="Later (])"
        aria-label="Later"
        disabled={isLive(range)}
        onClick={() => go(shifted(span, 1, Date.now()))}
      >
        <Icon name="right" />
      </button>
      <button
        type="button"
        class="button is-quiet"
        title="Twice as long (-)"
        aria-label="Wider"
        onClick={() => go(widened(span, Date.now()))}
      >
        <Icon name="wider" />
      </button>
      <span class="range-presets">
        {presets.map(({ from, label, name }) => (
          <button
            type="button"
            key={from}
            class="button is-quiet"
            title={name}
            aria-pressed={range.from === from && isLive(range)}
            onClick={() => go({ from, to: '' })}
          >
            {label}
          </button>
        ))}
      </span>
      <span class="anchor">
        <button
          type="button"
          class="button"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
          title="Choose a range"
        >
          {rangeText(view)}
        </button>
        {isOpen && <CustomRange key={range.from + range.to} view={view} onDone={() => setOpen(false)} />}
      </span>
    </fieldset>
  );
}
