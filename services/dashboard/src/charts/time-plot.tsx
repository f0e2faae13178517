import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { clockTime, dayTime } from '../format/times.ts';
import { theme } from '../state/preference.ts';
import { dayMs, type Span } from '../state/range.ts';
import { useStore } from '../state/store.ts';
import { resolveColors } from './colors.ts';

export type SeriesLook = 'area' | 'bars' | 'line' | 'before';

export interface PlotSeries {
  readonly label: string;
  readonly values: readonly (number | null)[];
  readonly look: SeriesLook;
  /** A colour of the theme. */
  readonly color: 'allow' | 'deny' | 'before' | 'accent';
  /** Marks every value: a line of a few stretches would not be seen. Default: no. */
  readonly hasPoints?: boolean;
}

export interface TimePlotProps {
  /** Starts of buckets, milliseconds; as many as each series has values. */
  readonly starts: readonly number[];
  readonly series: readonly PlotSeries[];
  readonly bucketMs: number;
  readonly zone: string;
  /** Rem. */
  readonly height: number;
  /** What the plot shows, in a sentence, for those who do not see it. */
  readonly label: string;
  readonly format: (value: number) => string;
  /** Plots of one name move their cursors together. */
  readonly syncName: string;
  readonly hasTimes?: boolean;
  /** Whether there is nothing between two whole numbers. */
  readonly isCount?: boolean;
  /** From then on the values may still grow: drawn hatched. Milliseconds. */
  readonly openFromMs?: number | null;
  /** Two of the series, the upper one first, between which is filled. */
  readonly band?: readonly [upper: number, lower: number];
  /** Which bucket is pointed at; `null` for none. */
  readonly onPoint?: (index: number | null) => void;
  /** A stretch was marked. */
  readonly onBrush?: (span: Span) => void;
}

const names = ['allow', 'allow-fill', 'deny', 'deny-fill', 'before', 'accent', 'line', 'text-quiet', 'ground'] as const;

type Colors = Record<(typeof names)[number], string>;

/** 1, 2, 5, 10 … */
const wholeSteps = Array.from({ length: 12 }, (_, power) => [1, 2, 5].map((digit) => digit * 10 ** power)).flat();

const bars = uPlot.paths.bars?.({ size: [0.72, 40], align: 1 });
// A bucket reaches to the start of the next, also where that one has no value.
const steps = uPlot.paths.stepped?.({ align: 1, alignGaps: 1 });

function lookOf({ look, label, color, hasPoints = false }: PlotSeries, colors: Colors): uPlot.Series {
  const points = { show: hasPoints, size: 6, fill: colors[color] };
  const base = { label, stroke: colors[color], points, width: 1.5 };
  if (look === 'before') return { ...base, dash: [3, 3], width: 1.2, ...(steps && { paths: steps }) };
  if (look === 'bars') return { ...base, width: 0, fill: colors['deny-fill'], ...(bars && { paths: bars }) };
  const fill = look === 'area' ? { fill: colors['allow-fill'] } : {};
  return { ...base, ...fill, ...(steps && { paths: steps }) };
}

function timeLabels(zone: string, splits: readonly number[]): string[] {
  const spansDays = (splits.at(-1) ?? 0) - (splits[0] ?? 0) > 1.5 * dayMs;
  let day = '';
  return splits.map((ms) => {
    const own = dayTime(ms, zone);
    const isFirst = own !== day;
    day = own;
    const time = clockTime(ms, zone);
    if (spansDays) return time === '00:00' || isFirst ? own : time;
    return time === '00:00' ? own : time;
  });
}

/** `latest` has what the plot shows by the time that it is drawn, or pointed at. */
function optionsFor(
  latest: { readonly current: TimePlotProps },
  colors: Colors,
  size: { width: number; height: number; em: number },
): uPlot.Options {
  const props = latest.current;
  const { em } = size;
  const font = `${Math.round(em * 0.85)}px ${getComputedStyle(document.body).fontFamily}`;
  const axis = { font, stroke: colors['text-quiet'], ticks: { show: false } };
  const { hasTimes = true, format, zone } = props;
  return {
    width: size.width,
    height: size.height,
    ms: 1,
    // Labels stand with half their height beyond the plot.
    padding: [em * 0.5, em * 1.3, hasTimes ? 0 : em * 0.5, 0],
    legend: { show: false },
    tzDate: (ms) => uPlot.tzDate(new Date(ms), zone),
    cursor: {
      sync: { key: props.syncName, setSeries: false },
      drag: { x: true, y: false, setScale: false, dist: 4 },
      points: { show: false },
      y: false,
    },
    scales: {
      x: { time: true, range: (_, min, max) => [min, max] },
      y: { range: (_, __, max) => [0, Math.max(max ?? 0, Number.EPSILON) * 1.06] },
    },
    axes: [
      {
        ...axis,
        show: hasTimes,
        size: em * 2.2,
        space: em * 6,
        gap: em * 0.65,
        grid: { show: false },
        values: (_, splits) => timeLabels(zone, splits),
      },
      {
        ...axis,
        size: em * 4,
        space: em * 2.4,
        ...(props.isCount && { incrs: wholeSteps }),
        gap: em * 0.45,
        grid: { stroke: colors.line, width: 1 },
        values: (_, splits) => splits.map((value) => (value === null ? '' : format(value))),
      },
    ],
    series: [{}, ...props.series.map((one) => lookOf(one, colors))],
    bands:
      props.band === undefined ? [] : [{ series: [props.band[0] + 1, props.band[1] + 1], fill: colors['allow-fill'] }],
    hooks: {
      drawClear: [(plot) => hatch(plot, latest.current, colors.line)],
      setCursor: [(plot) => latest.current.onPoint?.(pointedAt(plot, latest.current))],
      setSelect: [(plot) => brushed(plot, latest.current)],
    },
  };
}

/** What was marked, widened to whole buckets. */
function brushed(plot: uPlot, { onBrush, bucketMs, starts }: TimePlotProps): void {
  const { left, width } = plot.select;
  if (width < 2 || starts.length === 0) return;
  const at = (pixels: number) => plot.posToVal(pixels, 'x');
  const index = (ms: number) =>
    Math.max(
      0,
      starts.findLastIndex((start) => start <= ms),
    );
  const [fromMs, lastMs] = [starts[index(at(left))] ?? 0, starts[index(at(left + width))] ?? 0];
  plot.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
  // Synchronized plots see the same mark; the one that was drawn in tells.
  if (plot.cursor.event !== undefined) onBrush?.({ fromMs, toMs: lastMs + bucketMs });
}

function pointedAt({ cursor }: uPlot, { starts }: TimePlotProps): number | null {
  return cursor.idx === null || cursor.idx === undefined ? null : Math.min(cursor.idx, starts.length - 1);
}

/** Lines across what is not whole yet, beneath everything else. */
function hatch({ ctx, bbox, valToPos }: uPlot, { openFromMs = null }: TimePlotProps, color: string): void {
  if (openFromMs === null) return;
  const [left, right] = [Math.max(bbox.left, valToPos(openFromMs, 'x', true)), bbox.left + bbox.width];
  if (left >= right) return;
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, bbox.top, right - left, bbox.height);
  ctx.clip();
  ctx.beginPath();
  const step = 5 * devicePixelRatio;
  for (let x = left - bbox.height; x < right; x += step) {
    ctx.moveTo(x, bbox.top + bbox.height);
    ctx.lineTo(x + bbox.height, bbox.top);
  }
  ctx.strokeStyle = color;
  ctx.lineWidth = devicePixelRatio;
  ctx.stroke();
  ctx.restore();
}

/** The values, and the end of the last bucket, to which what holds for a bucket is drawn. */
function dataOf({ starts, series, bucketMs }: TimePlotProps): uPlot.AlignedData {
  const last = starts.at(-1);
  if (last === undefined) return [[], ...series.map(() => [])];
  const end = ({ look, hasPoints, values }: PlotSeries) =>
    look === 'bars' || hasPoints ? null : (values.at(-1) ?? null);
  return [[...starts, last + bucketMs], ...series.map((one) => [...one.values, end(one)])];
}

/** Values by time, drawn on a canvas as wide as there is room. */
export function TimePlot(props: TimePlotProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const look = useStore(theme);
  const shape = props.series.map((one) => `${one.look} ${one.color} ${one.label}`).join();
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const draw = () => {
      const em = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
      const size = { width: element.clientWidth, height: latest.current.height * em, em };
      plot.current?.destroy();
      plot.current = new uPlot(optionsFor(latest, resolveColors(names), size), dataOf(latest.current), element);
    };
    draw();
    const dark = matchMedia('(prefers-color-scheme: dark)');
    dark.addEventListener('change', draw);
    const resized = new ResizeObserver(() => {
      const { clientWidth: width } = element;
      if (width > 0 && width !== plot.current?.width) draw();
    });
    resized.observe(element);
    return () => {
      dark.removeEventListener('change', draw);
      resized.disconnect();
      plot.current?.destroy();
      plot.current = null;
    };
  }, [look, shape, props.zone, props.bucketMs, props.height]);
  // Fresh counts are drawn into the plot that there is.
  useEffect(() => plot.current?.setData(dataOf(props)), [props.starts, props.series, props.openFromMs]);
  return <div ref={place} class="plot" style={{ height: `${props.height}rem` }} role="img" aria-label={props.label} />;
}
