import { midnight, monthIn } from '../format/midnight.ts';
import { isLive, type Range } from '../state/range.ts';

export interface Period extends Range {
  readonly name: string;
}

/** The periods that reports are asked for, with whole months of the zone. */
export function periodsOf(nowMs: number, zone: string): Period[] {
  const [year, month] = monthIn(nowMs, zone);
  const begin = (of: number, at: number) => new Date(midnight(of, at, 1, zone)).toISOString();
  const quarter = month - (month % 3);
  return [
    { name: 'Last 30 days', from: '-30d', to: '' },
    { name: 'This month', from: begin(year, month), to: '' },
    { name: 'Last month', from: begin(year, month - 1), to: begin(year, month) },
    { name: 'Last quarter', from: begin(year, quarter - 3), to: begin(year, quarter) },
    { name: 'This year', from: begin(year, 0), to: '' },
    { name: 'Last year', from: begin(year - 1, 0), to: begin(year, 0) },
  ];
}

export function isPeriod(range: Range, { from, to }: Period): boolean {
  return range.from === from && (isLive(range) ? to === '' : range.to === to);
}
