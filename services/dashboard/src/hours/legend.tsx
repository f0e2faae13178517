import type { CoveredHour } from '../api/hour-questions.ts';
import { exact } from '../format/numbers.ts';
import { lookNames, lookOf, looks } from './hour-states.ts';

/** What the cells mean, and how many there are of each. */
export function Legend({ hours }: { readonly hours: readonly CoveredHour[] }) {
  const counts = Map.groupBy(hours, lookOf);
  return (
    <ul class="legend small" aria-label="Hours by what is known of them">
      {lookNames.map((look) => (
        <li key={look} class={counts.has(look) ? '' : 'quiet'}>
          <span class={`hour is-${look}`} aria-hidden="true">
            {looks[look].sign}
          </span>{' '}
          {looks[look].name} <b data-hours={look}>{exact(counts.get(look)?.length ?? 0)}</b>
        </li>
      ))}
    </ul>
  );
}
