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
const shown = 60;

function Change({ row, zone }: { readonly row: ChangeRow; readonly zone: string }) {
  return (
    <li class={`change is-${row.change}`}>
      <Time at={row.at} zone={zone} />
      <span>
        <b>
          {kinds[row.kind]} {row.change}
        </b>{' '}
        <Level level={row.level} /> <ServerLink server={row.server} /> {row.tool}{' '}
        {row.agent_key !== '' && <AgentLink agent={row.agent_key} name={row.agent_name} />}{' '}
        {row.human_key !== '' && <HumanLink human={row.human_key} name={row.human_name} />}
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
  return (
    <AnswerPanel title="Access changes" answer={answer} skeleton={<Skeleton rows={5} />}>
      {({ data }) =>
        data.length === 0 ? (
          <Empty title="Nothing changed in this range" />
        ) : (
          <ol class="timeline">
            {data.slice(0, shown).map((row, index) => (
              <Change key={index} row={row} zone={view.zone} />
            ))}
          </ol>
        )
      }
    </AnswerPanel>
  );
}
