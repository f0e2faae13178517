import type { Column } from '../components/data-table.tsx';
import { Time } from '../components/words.tsx';
import { type Counts, denyRate } from '../format/counts.ts';
import { exact, percent } from '../format/numbers.ts';

/** Allowed and denied as two lengths of one bar, and the numbers on hover. */
export function SplitBar({ decisions, denials, most }: Counts & { readonly most: number }) {
  const width = (count: number) => `${(100 * count) / Math.max(1, most)}%`;
  return (
    <span class="split" title={`${exact(decisions - denials)} not denied, ${exact(denials)} denied`}>
      <span class="split-allow" style={{ width: width(decisions - denials) }} />
      <span class="split-deny" style={{ width: width(denials) }} />
    </span>
  );
}

/** Columns that every table of counts has. */
export function countColumns<Row extends Counts>(): Column<Row>[] {
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
      show: (row) => percent(denyRate(row)),
      order: (row) => denyRate(row) ?? 0,
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
