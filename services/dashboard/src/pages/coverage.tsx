import { useMemo } from 'preact/hooks';
import { type CoveredHour, useHours } from '../api/hour-questions.ts';
import { useCoverage } from '../api/questions.ts';
import { AnswerPanel, Panel } from '../components/panel.tsx';
import { Empty, Skeleton } from '../components/states.tsx';
import { Calendar } from '../hours/calendar.tsx';
import { HourDetail } from '../hours/hour-detail.tsx';
import { keyOf, readKey } from '../hours/hour-key.ts';
import { Legend } from '../hours/legend.tsx';
import { MonthSwitch } from '../hours/month-switch.tsx';
import { ProofLine } from '../hours/proof-line.tsx';
import { Troubles } from '../hours/troubles.tsx';
import { useAddress } from '../router/address.ts';
import { dayMs, hourMs, type Span } from '../state/range.ts';
import { changeView, useView, type View } from '../state/view.ts';

/** As many days as one answer tells of. */
const mostDays = 98;

/** Whole hours, and not more of them than are told at once: the newest. */
function shownOf({ fromMs, toMs }: Span): Span {
  const endMs = Math.ceil(toMs / hourMs) * hourMs;
  return { fromMs: Math.max(Math.floor(fromMs / hourMs) * hourMs, endMs - mostDays * dayMs), toMs: endMs };
}

function Environments({
  hours,
  view,
  selected,
}: {
  readonly hours: readonly CoveredHour[];
  readonly view: View;
  readonly selected: string;
}) {
  const { body } = useCoverage(view);
  const groups = useMemo(() => [...Map.groupBy(hours, ({ env_id }) => env_id)], [hours]);
  return (
    <>
      {groups.map(([envId, own]) => {
        const name = own[0]?.env_name ?? envId;
        const coverage = body?.data.find(({ env_id }) => env_id === envId);
        return (
          <Panel
            key={envId}
            title={name}
            aside={coverage && <ProofLine coverage={coverage} hours={own} zone={view.zone} />}
          >
            <Calendar name={name} hours={own} selected={selected} onSelect={(hour) => changeView({ hour })} />
          </Panel>
        );
      })}
    </>
  );
}

/** For those who see a part of an environment, and so no seals: how far it is proven. */
function ProofAlone({ view }: { readonly view: View }) {
  const answer = useCoverage(view);
  return (
    <AnswerPanel title="Proof" answer={answer} skeleton={<Skeleton rows={2} />}>
      {({ data }) => (
        <>
          {data.map((coverage) => (
            <p key={coverage.env_id} class="panel-aside">
              <b>{coverage.env_name}</b> <ProofLine coverage={coverage} hours={null} zone={view.zone} />
            </p>
          ))}
          <p class="quiet">
            A seal is of all that is in an environment, of which this token shows a part: hours are not shown.
          </p>
        </>
      )}
    </AnswerPanel>
  );
}

/** Every hour of the range: sealed, and how, or why not. */
export default function Coverage() {
  const view = useView('-30d');
  const selected = useAddress().query.get('hour') ?? '';
  const key = readKey(selected);
  const span = shownOf(view.span);
  const answer = useHours(view, span);
  const isCut = view.span.fromMs < span.fromMs - hourMs;
  return (
    <div class="page">
      <div class="page-head">
        <h1>Coverage</h1>
        <MonthSwitch view={view} />
        {isCut && <span class="note is-warn">The last {mostDays} days of the range are shown.</span>}
      </div>
      {answer.failure?.code === 'QUERY_BEYOND_RESTRICTION' ? (
        <ProofAlone view={view} />
      ) : (
        <div class="with-aside">
          <AnswerPanel title="Hours" answer={answer} class="is-bare is-headless" skeleton={<Skeleton rows={20} />}>
            {({ data }) => (
              <>
                <Legend hours={data} />
                {data.length === 0 ? (
                  <Empty title="Nothing was read of this range">History begins where the poller first read.</Empty>
                ) : (
                  <Environments hours={data} view={view} selected={selected} />
                )}
              </>
            )}
          </AnswerPanel>
          <div class="aside">
            {key !== null && (
              <HourDetail
                key={selected}
                of={key}
                hour={answer.body?.data.find((hour) => keyOf(hour) === selected)}
                zone={view.zone}
              />
            )}
            {answer.body !== null && (
              <Troubles
                hours={answer.body.data}
                hasNames={new Set(answer.body.data.map(({ env_id }) => env_id)).size > 1}
              />
            )}
          </div>
        </div>
      )}
    </div>
  );
}
