interface SparklineProps {
  readonly values: readonly number[];
  /** What it shows, in a sentence. */
  readonly label: string;
  readonly tone?: 'allow' | 'deny';
}

const width = 100;
const height = 22;

/** Bars in the height of a text, each as high as its share of the highest. */
export function Sparkline({ values, label, tone = 'deny' }: SparklineProps) {
  const highest = Math.max(1, ...values);
  const step = width / Math.max(1, values.length);
  const bars = values
    .map((value, index) => ({ value, x: index * step }))
    .filter(({ value }) => value > 0)
    .map(({ value, x }) => {
      const tall = Math.max(1.5, (value / highest) * (height - 1));
      return `M${x.toFixed(2)} ${height}v${(-tall).toFixed(2)}h${(step * 0.76).toFixed(2)}v${tall.toFixed(2)}z`;
    });
  return (
    <svg
      class={`sparkline is-${tone}`}
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <path d={`M0 ${height - 0.5}h${width}`} class="sparkline-base" />
      <path d={bars.join('')} class="sparkline-bars" />
    </svg>
  );
}
