import { useMemo, useState } from 'preact/hooks';
import type { TrendBody } from '../api/questions.ts';
import { TimePlot } from '../charts/time-plot.tsx';
import { type Counts, denyRate, totalOf } from '../format/counts.ts';
import { brief, counted, exact, percent } from '../format/numbers.ts';
import { clockTime, duration, momentTime, zoneLabel } from '../format/times.ts';
import { type Bucket, bucketMs, fixed, type Span } from '../state/range.ts';
import { changeView, hrefTo } from '../state/view.ts';
import { pointsOf, type TrendPoint } from './series.ts';

interface TrendChartsProps {
  readonly body: TrendBody;
  readonly bucket: Bucket;
  readonly zone: string;
  /** Rem, of the larger plot. */
  readonly height?: number;
}

function narrow(span: Span): void {
  changeView({ ...fixed(span) });
}

function bucketText(point: TrendPoint, bucket: Bucket, zone: string): string {
  const from = momentTime(point.startMs, zone);
  if (bucket === 'day' || bucket === 'week') return bucket === 'day' ? from : `week from ${from}`;
  return `${from}–${clockTime(point.startMs + bucketMs[bucket], zone)}`;
}

/** The numbers of the bucket that is pointed at, or of the whole range. */
function Readout({
  points,
  at,
  bucket,
  zone,
}: { points: readonly TrendPoint[]; at: number | null } & Pick<TrendChartsProps, 'bucket' | 'zone'>) {
  const point = at === null ? undefined : points[at];
  const chosen = point === undefined ? points : [point];
  const total = totalOf(chosen);
  const before = totalOf(chosen.flatMap((one) => one.before ?? []));
  return (
    <p class="readout" aria-hidden="true">
      <span class="readout-when">{point === undefined ? 'Whole range' : bucketText(point, bucket, zone)}</span>
      <span class="key is-allow">
        <b>{exact(total.decisions)}</b> decisions <span class="quiet">before {exact(before.decisions)}</span>
      </span>
      <span class="key is-deny">
        <b>{exact(total.denials)}</b> denied <span class="quiet">before {exact(before.denials)}</span>
      </span>
      <span class="key is-rate">
        <b>{percent(denyRate(total))}</b> <span class="quiet">before {percent(denyRate(before))}</span>
      </span>
    </p>
  );
}

function TrendTable({
  points,
  bucket,
  zone,
}: { points: readonly TrendPoint[] } & Pick<TrendChartsProps, 'bucket' | 'zone'>) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard
    <section class="table-scroll is-short" aria-label="Decisions by time" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">Time ({zoneLabel(zone)})</th>
            {['Decisions', 'Before', 'Denied', 'Before', 'Deny rate'].map((name, index) => (
              <th key={index} scope="col" class="number">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {points.map((point) => (
            <tr key={point.startMs}>
              <th scope="row">{bucketText(point, bucket, zone)}</th>
              <td class="number">{exact(point.decisions)}</td>
              <td class="number quiet">{exact(point.before?.decisions ?? 0)}</td>
              <td class="number">{exact(point.denials)}</td>
              <td class="number quiet">{exact(point.before?.denials ?? 0)}</td>
              <td class="number">{percent(denyRate(point))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** Decisions, denials and the deny rate by time, each over the period before; a marked stretch becomes the range. */
export function TrendCharts({ body, bucket, zone, height = 9 }: TrendChartsProps) {
  const [at, setAt] = useState<number | null>(null);
  const [isTable, setTable] = useState(false);
  const points = useMemo(() => pointsOf(body.data), [body]);
  const starts = useMemo(() => points.map(({ startMs }) => startMs), [points]);
  const plots = useMemo(() => plotsOf(points), [points]);
  const openFromMs = openFrom(body, points, bucketMs[bucket]);
  const total = useMemo(() => totalOf(points), [points]);
  const shared = {
    starts,
    bucketMs: bucketMs[bucket],
    zone,
    syncName: 'trend',
    onPoint: setAt,
    onBrush: narrow,
    openFromMs,
  };
  return (
    <div class="trend">
      <Readout points={points} at={at} bucket={bucket} zone={zone} />
      {isTable ? (
        <TrendTable points={points} bucket={bucket} zone={zone} />
      ) : (
        <>
          <TimePlot
            {...shared}
            series={plots.decisions}
            height={height}
            format={brief}
            isCount
            hasTimes={false}
            label={`Decisions by ${bucket}: ${counted(total.decisions, 'decision')}`}
          />
          <TimePlot
            {...shared}
            series={plots.denials}
            height={height * 0.62}
            format={brief}
            isCount
            hasTimes={false}
            label={`Denials by ${bucket}: ${exact(total.denials)} denied`}
          />
          <TimePlot
            {...shared}
            series={plots.rate}
            height={height * 0.35 + 3}
            format={(value) => `${Math.round(value * 100)} %`}
            label={`Deny rate by ${bucket}: ${percent(denyRate(total))} over the whole range`}
          />
        </>
      )}
      <p class="trend-foot small quiet">
        <span>
          {counted(points.length, 'bucket')} of{' '}
          {bucket === '5m' || bucket === '15m' ? `${Number.parseInt(bucket, 10)} min` : `a ${bucket}`}, times in{' '}
          {zoneLabel(zone)}. Dashed: the period before. Mark a stretch to look closer.
          {openFromMs !== null && ` Hatched, from ${momentTime(openFromMs, zone)}: not proven yet, counts may grow.`}
          {body.meta.blind_seconds > 0 && (
            <a class="note is-warn" href={hrefTo('/coverage')}>
              {duration(body.meta.blind_seconds)} of it blind: counts may lack decisions
            </a>
          )}
        </span>
        <button type="button" class="button is-quiet" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
          {isTable ? 'Chart' : 'Table'}
        </button>
      </p>
    </div>
  );
}

/** From when on the range is not proven; `null` where all of it is, or nothing is known of that. */
function openFrom({ meta }: TrendBody, points: readonly TrendPoint[], lengthMs: number): number | null {
  const [first, last] = [points[0], points.at(-1)];
  if (!meta.proven_until || first === undefined || last === undefined) return null;
  const provenMs = Date.parse(meta.proven_until);
  return provenMs < Math.min(last.startMs + lengthMs, Date.now()) ? Math.max(first.startMs, provenMs) : null;
}

function plotsOf(points: readonly TrendPoint[]) {
  const of = (value: (point: TrendPoint) => number | null) => points.map(value);
  const before = (value: (point: Counts) => number | null) =>
    of((point) => (point.before === null ? null : value(point.before)));
  return {
    decisions: [
      { label: 'before', look: 'before', color: 'before', values: before(({ decisions }) => decisions) },
      { label: 'decisions', look: 'area', color: 'allow', values: of(({ decisions }) => decisions) },
    ],
    denials: [
      { label: 'denials', look: 'bars', color: 'deny', values: of(({ denials }) => denials) },
      { label: 'before', look: 'before', color: 'before', values: before(({ denials }) => denials) },
    ],
    rate: [
      { label: 'before', look: 'before', color: 'before', values: before(denyRate) },
      { label: 'rate', look: 'line', color: 'deny', values: of(denyRate) },
    ],
  } as const;
}
