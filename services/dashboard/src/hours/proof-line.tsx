import type { CoverageRow, CoveredHour } from '../api/hour-questions.ts';
import { Time } from '../components/words.tsx';
import { exact } from '../format/numbers.ts';
import { duration } from '../format/times.ts';
import { lookOf } from './hour-states.ts';

interface ProofLineProps {
  readonly coverage: CoverageRow;
  /** `null` where they are not shown. */
  readonly hours: readonly CoveredHour[] | null;
  readonly zone: string;
}

/** How far an environment is proven, and how blind we are: the three figures of coverage, never mixed. */
export function ProofLine({ coverage, hours, zone }: ProofLineProps) {
  const { proven_until, open_seconds: open, blind_seconds: blind, unreadable_seconds: unreadable } = coverage;
  const sealed = hours?.filter((hour) => ['complete', 'empty', 'expired'].includes(lookOf(hour))).length ?? 0;
  const figure = (seconds: number, name: string) => (
    <span class={seconds > 0 ? 'note is-warn' : 'is-good'} title={`${exact(seconds)} s`} data-proof={name}>
      {duration(seconds)} {name}
    </span>
  );
  return (
    <>
      <span>
        proven up to{' '}
        <b>
          <Time at={proven_until} zone={zone} />
        </b>
      </span>
      {figure(blind, 'blind')}
      {figure(unreadable, 'unreadable')}
      <span class="quiet" title={`${exact(open)} s`} data-proof="open">
        {duration(open)} open
      </span>
      {hours !== null && (
        <span>
          <b>{exact(sealed)}</b> of {exact(hours.length)} hours sealed
        </span>
      )}
    </>
  );
}
