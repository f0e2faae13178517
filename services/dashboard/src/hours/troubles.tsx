import type { CoveredHour } from '../api/hour-questions.ts';
import { Panel } from '../components/panel.tsx';
import { Empty } from '../components/states.tsx';
import { counted } from '../format/numbers.ts';
import { hourMs } from '../state/range.ts';
import { hrefWith } from '../state/view.ts';
import { keyOf } from './hour-key.ts';
import { isTroubled, lookOf, looks } from './hour-states.ts';
import { utcDay } from './months.ts';

interface Run {
  readonly first: CoveredHour;
  readonly hours: number;
}

/** Hours in a row of which the same is to be said, the newest first. */
function runsOf(hours: readonly CoveredHour[]): Run[] {
  const runs: Run[] = [];
  for (const hour of hours.filter(isTroubled)) {
    const last = runs.at(-1);
    const isNext =
      last !== undefined &&
      last.first.env_id === hour.env_id &&
      lookOf(last.first) === lookOf(hour) &&
      last.first.why === hour.why &&
      Date.parse(last.first.hour) + last.hours * hourMs === Date.parse(hour.hour);
    if (isNext) runs[runs.length - 1] = { ...last, hours: last.hours + 1 };
    else runs.push({ first: hour, hours: 1 });
  }
  return runs.toSorted((a, b) => (a.first.hour < b.first.hour ? 1 : -1));
}

const most = 12;

/** Hours that are not as they should be, each stretch with its reason; none is an answer too. */
export function Troubles({ hours, hasNames }: { readonly hours: readonly CoveredHour[]; readonly hasNames: boolean }) {
  const runs = runsOf(hours);
  return (
    <Panel
      title="Hours to look at"
      aside={runs.length > 0 && <span>{counted(runs.length, 'stretch', 'stretches')}</span>}
    >
      {runs.length === 0 ? (
        <Empty title="None">Every hour of the range is sealed, or about to be.</Empty>
      ) : (
        <ol class="troubles">
          {runs.slice(0, most).map(({ first, hours: length }) => (
            <li key={keyOf(first)}>
              <span class={`hour is-${lookOf(first)}`} aria-hidden="true">
                {looks[lookOf(first)].sign}
              </span>
              <span>
                <a href={hrefWith({ hour: keyOf(first) })}>
                  {utcDay(Date.parse(first.hour))} {first.hour.slice(11, 13)} UTC
                  {length > 1 && `, ${length} hours`}
                </a>{' '}
                {hasNames && <span class="quiet">{first.env_name} </span>}
                <span class="small quiet">{first.why}</span>
              </span>
            </li>
          ))}
          {runs.length > most && <li class="quiet small">and {runs.length - most} more</li>}
        </ol>
      )}
    </Panel>
  );
}
