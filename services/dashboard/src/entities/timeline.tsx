import { useState } from 'preact/hooks';
import { type ChangeRow, type EntityKind, useAccessChanges } from '../api/entity-questions.ts';
import { AnswerPanel } from '../components/panel.tsx';
import { Empty, Skeleton } from '../components/states.tsx';
import { AgentLink, HumanLink, ServerLink } from '../components/who.tsx';
import { Level, Time } from '../components/words.tsx';
import { words } from '../format/names.ts';
import { hrefTo, type View } from '../state/view.ts';

const kinds = {
  consent: 'Consent',
  ceiling: 'Max trust level',
  tool_level: 'Required level',
  decision: 'Calls',
} as const;
/** At first, and more with each press. */
const shownAtOnce = 60;

function Change({ row, zone }: { readonly row: ChangeRow; readonly zone: string }) {
  return (
    <li class={`change is-${row.change}`}>
      <Time at={row.at} zone={zone} />
      <span>
        <b>
          {kinds[row.kind]} {row.change}
        </b>{' '}
        <Level level={row.level} /> <span class="quiet">for</span> <ServerLink server={row.server} /> {row.tool}
        {row.agent_key !== '' && (
          <>
            <span class="quiet"> · agent</span> <AgentLink agent={row.agent_key} name={row.agent_name} />
          </>
        )}
        {row.human_key !== '' && (
          <>
            <span class="quiet"> · {row.kind === 'ceiling' ? 'of' : 'by'}</span>{' '}
            <HumanLink human={row.human_key} name={row.human_name} />
          </>
        )}
        {row.not_before !== '' && (
          <span class="quiet">
            {' '}
            · not before <Time at={row.not_before} zone={zone} />
          </span>
        )}
        {row.cause !== '' && <span class="quiet"> · {words(row.cause)}</span>}
        {row.decision_id !== null && (
          <>
            {' '}
            <a class="small" href={hrefTo(`/decisions/${row.decision_id}`)}>
              the call
            </a>
          </>
        )}
      </span>
    </li>
  );
}

interface TimelineProps {
  readonly kind: EntityKind;
  readonly entity: string;
  readonly view: View;
}

/** What changed in an access, newest first: grants, and where verdicts flipped and why. */
export function Timeline({ kind, entity, view }: TimelineProps) {
  const answer = useAccessChanges(kind, entity, view);
  const [shown, setShown] = useState(shownAtOnce);
  return (
    <AnswerPanel title="Access changes" answer={answer} skeleton={<Skeleton rows={5} />}>
      {({ data, meta }) =>
        data.length === 0 ? (
          <Empty title="Nothing changed in this range" />
        ) : (
          <>
            <ol class="timeline">
              {data.slice(0, shown).map((row, index) => (
                <Change key={index} row={row} zone={view.zone} />
              ))}
            </ol>
            {data.length > shown && (
              <button type="button" class="button is-quiet" onClick={() => setShown(shown + 4 * shownAtOnce)}>
                Show more ({data.length - shown} left)
              </button>
            )}
            {meta.truncated && (
              <p class="note is-warn">There are older ones than are listed: choose a shorter range.</p>
            )}
          </>
        )
      }
    </AnswerPanel>
  );
}
