import type { CoverageRow } from '../api/hour-questions.ts';
import { useIncomplete } from '../api/hour-questions.ts';
import { useCoverage } from '../api/questions.ts';
import { AnswerPanel } from '../components/panel.tsx';
import { Skeleton } from '../components/states.tsx';
import { counted } from '../format/numbers.ts';
import { duration, momentTime } from '../format/times.ts';
import { hrefTo, type View } from '../state/view.ts';

/** What keeps a report of the range from being whole and proven, in sentences; none where nothing does. */
function shortcomings(rows: readonly CoverageRow[], { span, zone }: View): string[] {
  const sum = (value: (row: CoverageRow) => number) => rows.reduce((total, row) => total + value(row), 0);
  const [open, blind, unreadable] = [
    sum(({ open_seconds }) => open_seconds),
    sum(({ blind_seconds }) => blind_seconds),
    sum(({ unreadable_seconds }) => unreadable_seconds),
  ];
  const late = rows.filter(({ oldest }) => Date.parse(oldest) > span.fromMs);
  return [
    ...(rows.length === 0 ? ['Nothing was ever read of these environments.'] : []),
    ...late.map(
      ({ env_name, oldest }) =>
        `History begins at ${momentTime(Date.parse(oldest), zone)} in ${env_name}: of the time before nothing is known.`,
    ),
    ...(blind > 0 ? [`${duration(blind)} should have been read and are not proven.`] : []),
    ...(unreadable > 0 ? [`${duration(unreadable)} cannot be listed in full by the source.`] : []),
    ...(open > 0 ? [`${duration(open)} are too young to be proven.`] : []),
    ...(span.toMs > Date.now() ? ['The period ends in the future.'] : []),
  ];
}

function Incomplete({ view }: { readonly view: View }) {
  const { body, failure } = useIncomplete(view);
  if (failure !== null || body === null) return null;
  const { data, meta } = body;
  const count = meta.next ? `More than ${counted(data.length, 'hour')} are` : `${counted(data.length, 'hour')}`;
  if (data.length === 0) return <li class="is-good">No hour of it is sealed incomplete.</li>;
  return (
    <li>
      <a href={hrefTo('/coverage')}>
        {count} {meta.next ? '' : data.length === 1 ? 'is ' : 'are '}sealed incomplete
      </a>
      .
    </li>
  );
}

/** What is proven of the period. */
export function ProofNotes({ view }: { readonly view: View }) {
  const answer = useCoverage(view);
  return (
    <AnswerPanel title="What is proven of it" answer={answer} skeleton={<Skeleton rows={3} />}>
      {({ data, meta }) => {
        const notes = shortcomings(data, view);
        return (
          <ul class="remedies">
            {notes.length === 0 && meta.proven && (
              <li class="is-good">Every second of it equals what the source listed when it was read.</li>
            )}
            {notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
            <Incomplete view={view} />
          </ul>
        );
      }}
    </AnswerPanel>
  );
}
