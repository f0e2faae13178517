import type { Column } from '../components/data-table.tsx';
import { Time } from '../components/words.tsx';
import { exact, percent } from '../format/numbers.ts';
import { rate } from '../overview/series.ts';

interface Counted {
  readonly decisions: number;
  readonly denials: number;
}

/** Allowed and denied as two lengths of one bar, and the numbers on hover. */
export function SplitBar({ decisions, denials, most }: Counted & { readonly most: number }) {
  const width = (count: number) => `${(100 * count) / Math.max(1, most)}%`;
  return (
    <span class="split" title={`${exact(decisions - denials)} not denied, ${exact(denials)} denied`}>
      <span class="split-allow" style={{ width: width(decisions - denials) }} />
      <span class="split-deny" style={{ width: width(denials) }} />
    </span>
  );
}

/** Columns that every table of counts has. */
export function countColumns<Row extends Counted>(): Column<Row>[] {
  return [
    {
      name: 'Decisions',
      isNumber: true,
      show: ({ decisions }) => exact(decisions),
      order: ({ decisions }) => decisions,
    },
    { name: 'Denied', isNumber: true, show: ({ denials }) => exact(denials), order: ({ denials }) => denials },
    {
      name: 'Deny rate',
      isNumber: true,
      show: ({ decisions, denials }) => percent(rate(denials, decisions)),
      order: ({ decisions, denials }) => rate(denials, decisions) ?? 0,
    },
  ];
}

export function lastSeen<Row extends { readonly last_seen: string }>(zone: string): Column<Row> {
  return {
    name: 'Last seen',
    isNumber: true,
    show: ({ last_seen }) => <Time at={last_seen} zone={zone} />,
    order: ({ last_seen }) => last_seen,
  };
}
