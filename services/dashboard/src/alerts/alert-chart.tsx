import { useMemo, useState } from 'preact/hooks';
import type { WholeAlert } from '../api/alert-questions.ts';
import { type PlotSeries, TimePlot } from '../charts/time-plot.tsx';
import { Panel } from '../components/panel.tsx';
import { exact } from '../format/numbers.ts';
import { clockTime, duration, momentTime, zoneLabel } from '../format/times.ts';

type Series = WholeAlert['series'];
type Point = Series['points'][number];

const rounded = (value: number) => (value >= 10 || Number.isInteger(value) ? exact(value) : value.toFixed(2));

/** Denials by five minutes; where the alert counts those of a window, that count between what is expected and the bound. */
function seriesOf({ points, window_seconds }: Series): PlotSeries[] {
  const of = (value: (point: Point) => number | null) => points.map(value);
  const denials: PlotSeries = { label: 'denials', look: 'bars', color: 'deny', values: of((one) => one.denials) };
  if (window_seconds === null) return [denials];
  // What is known of single moments alone, as the steps of the alert tell them, makes no line.
  const hasPoints = points.filter(({ bound }) => bound !== null).length < 12;
  return [
    denials,
    { label: 'bound', look: 'before', color: 'deny', values: of((one) => one.bound), hasPoints },
    { label: 'expected', look: 'before', color: 'before', values: of((one) => one.expected), hasPoints },
    { label: 'in the window', look: 'line', color: 'accent', values: of((one) => one.in_window) },
  ];
}

function Readout({ series, at, zone }: { readonly series: Series; readonly at: number | null; readonly zone: string }) {
  // Of what the alert was judged by, where that is known of some of it.
  const judged = series.points.filter(({ bound }) => bound !== null);
  const highest = (judged.length > 0 ? judged : series.points).reduce<Point | undefined>(
    (most, one) => ((one.in_window ?? one.denials) > (most?.in_window ?? most?.denials ?? -1) ? one : most),
    undefined,
  );
  const point = at === null ? highest : series.points[at];
  if (point === undefined) return null;
  const startMs = Date.parse(point.at);
  const value = (number: number | null) => (number === null ? '–' : rounded(number));
  return (
    <p class="readout" aria-hidden="true">
      <span class="readout-when">
        {at === null && 'Most: '}
        {momentTime(startMs, zone)}–{clockTime(startMs + series.bucket_seconds * 1000, zone)}
      </span>
      <span class="key is-deny">
        <b>{exact(point.denials)}</b> denied of {exact(point.decisions)}
      </span>
      {series.window_seconds !== null && (
        <>
          <span class="key is-window">
            <b>{value(point.in_window)}</b> in {duration(series.window_seconds)}
          </span>
          <span class="key is-bound">
            bound <b>{value(point.bound)}</b>
          </span>
          <span class="key is-expected">
            expected <b>{value(point.expected)}</b>
          </span>
        </>
      )}
    </p>
  );
}

/** The denials around an alert, as a picture and, for those who read, as a table. */
export function AlertChart({ alert, zone }: { readonly alert: WholeAlert; readonly zone: string }) {
  const { series } = alert;
  const [at, setAt] = useState<number | null>(null);
  const [isTable, setTable] = useState(false);
  const starts = useMemo(() => series.points.map((point) => Date.parse(point.at)), [series]);
  const plots = useMemo(() => seriesOf(series), [series]);
  const total = series.points.reduce((sum, { denials }) => sum + denials, 0);
  const toggle = (
    <button type="button" class="button is-quiet" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
      {isTable ? 'Chart' : 'Table'}
    </button>
  );
  return (
    <Panel title="Denials around it" aside={toggle}>
      {isTable ? (
        <SeriesTable series={series} zone={zone} />
      ) : (
        <>
          <Readout series={series} at={at} zone={zone} />
          <TimePlot
            starts={starts}
            series={plots}
            bucketMs={series.bucket_seconds * 1000}
            zone={zone}
            height={13}
            label={`Denials around the alert: ${exact(total)}; observed ${rounded(alert.observed)}, bound ${rounded(alert.bound)}`}
            format={rounded}
            syncName="alert"
            onPoint={setAt}
            {...(plots.length > 1 && { band: [1, 2] as const })}
          />
        </>
      )}
    </Panel>
  );
}

function SeriesTable({ series, zone }: { readonly series: Series; readonly zone: string }) {
  const value = (number: number | null) => (number === null ? '–' : rounded(number));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard
    <section class="table-scroll is-short" aria-label="Denials by time" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">Time ({zoneLabel(zone)})</th>
            {['Decisions', 'Denied', 'In the window', 'Expected', 'Bound'].map((name) => (
              <th key={name} scope="col" class="number">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {series.points.map((point) => (
            <tr key={point.at}>
              <th scope="row">{momentTime(Date.parse(point.at), zone)}</th>
              <td class="number">{exact(point.decisions)}</td>
              <td class="number">{exact(point.denials)}</td>
              <td class="number">{value(point.in_window)}</td>
              <td class="number">{value(point.expected)}</td>
              <td class="number">{value(point.bound)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
