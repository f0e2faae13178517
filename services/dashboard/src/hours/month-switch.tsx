import { Icon } from '../components/icon.tsx';
import { changeView, type View } from '../state/view.ts';
import { after, isMonth, type Month, monthOf, monthText, rangeOf, startOf } from './months.ts';

/** Goes from month to month. */
export function MonthSwitch({ view }: { readonly view: View }) {
  const nowMs = Date.now();
  const shown = monthOf(view.span);
  const isWhole = isMonth(view.range, shown, nowMs);
  const go = (month: Month) => changeView({ ...rangeOf(month, nowMs), hour: '' });
  const [before, next] = [after(shown, -1), after(shown, 1)];
  return (
    <fieldset class="range" aria-label="Month">
      <button
        type="button"
        class="button is-quiet"
        aria-label={monthText(before)}
        title={monthText(before)}
        onClick={() => go(before)}
      >
        <Icon name="left" />
      </button>
      <button
        type="button"
        class="button"
        aria-pressed={isWhole}
        title="The whole month, of UTC"
        onClick={() => go(shown)}
      >
        {monthText(shown)}
      </button>
      <button
        type="button"
        class="button is-quiet"
        aria-label={monthText(next)}
        title={monthText(next)}
        disabled={startOf(next) > nowMs}
        onClick={() => go(next)}
      >
        <Icon name="right" />
      </button>
    </fieldset>
  );
}
