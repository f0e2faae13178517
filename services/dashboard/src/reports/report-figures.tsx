import { useAggregate } from '../api/questions.ts';
import { Failed } from '../components/states.tsx';
import { brief, exact, percent } from '../format/numbers.ts';
import type { View } from '../state/view.ts';

const measures = 'decisions,denials,deny_rate,agents,humans,servers,tools';

const shown = [
  ['Decisions', 'decisions'],
  ['Denied', 'denials'],
  ['Deny rate', 'deny_rate'],
  ['Agents', 'agents'],
  ['Humans', 'humans'],
  ['Servers', 'servers'],
  ['Tools', 'tools'],
] as const;

/** The totals of the report, and what only may be of the human that is asked for. */
export function ReportFigures({ view }: { readonly view: View }) {
  const answer = useAggregate(view, { measures });
  const { body, failure, isOld, again, isLoading } = answer;
  if (failure !== null && body === null) return <Failed failure={failure} again={again} />;
  const row = isOld && failure !== null ? undefined : body?.data[0];
  const value = (name: string) => (typeof row?.[name] === 'number' ? row[name] : null);
  const possible = body?.meta.possible;
  return (
    <>
      {failure !== null && <Failed failure={failure} again={again} />}
      <dl class={`figures is-report ${isOld ? 'is-old' : ''}`} aria-busy={isLoading}>
        {shown.map(([name, measure]) => {
          const number = value(measure);
          const text = measure === 'deny_rate' ? percent(number) : number === null ? '–' : brief(number);
          return (
            <div key={name} class="figure">
              <dt>{name}</dt>
              <dd>
                <span class="figure-value" data-figure={name} title={number === null ? '' : String(number)}>
                  {text}
                </span>
              </dd>
            </div>
          );
        })}
        {possible !== undefined && (
          <div class="figure">
            <dt>May be theirs</dt>
            <dd>
              <span class="figure-value" data-figure="May be theirs" title={exact(possible)}>
                {brief(possible)}
              </span>
              <span class="small quiet">apart, in the report</span>
            </dd>
          </div>
        )}
      </dl>
    </>
  );
}
