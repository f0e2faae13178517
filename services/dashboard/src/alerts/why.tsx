import type { WholeAlert } from '../api/alert-questions.ts';
import { DataTable } from '../components/data-table.tsx';
import { Panel } from '../components/panel.tsx';
import { ServerLink } from '../components/who.tsx';
import { Level, Time, Verdict } from '../components/words.tsx';
import { hrefTo } from '../state/view.ts';
import { NamedAgent, NamedHuman } from './named.tsx';
import { Subject } from './words.tsx';

type Explanation = WholeAlert['explanation'];
type GrantChange = Explanation['grant_changes'][number];
type Example = Explanation['examples'][number];

/** Of an alert that was told at once nothing was read that would say so. */
const notRead = 'Not read: too much was told at once';

interface PartProps {
  readonly explanation: Explanation;
  readonly zone: string;
}

/** Grants of the same agents, humans and servers that changed shortly before. */
export function GrantChanges({ explanation, zone }: PartProps) {
  return (
    <Panel title="Access that changed shortly before">
      <DataTable<GrantChange>
        caption="Access that changed shortly before"
        rows={explanation.grant_changes}
        keyOf={(one) => JSON.stringify(one)}
        none={explanation.is_brief ? notRead : 'No consent, maximum or tool level changed'}
        columns={[
          { name: 'When', show: ({ at }) => <Time at={at} zone={zone} hasSeconds /> },
          { name: 'What', show: ({ what }) => what },
          {
            name: 'Before → after',
            show: ({ before, after }) => (
              <span class="nowrap">
                <Level level={before} /> → <Level level={after} />
              </span>
            ),
          },
          { name: 'Server', show: ({ server }) => <ServerLink server={server} /> },
          {
            name: 'Agent',
            show: ({ agent_key: key }) => (key === '' ? <span class="quiet">–</span> : <NamedAgent of={key} />),
          },
          {
            name: 'Human',
            show: ({ human_key: key }) => (key === '' ? <span class="quiet">–</span> : <NamedHuman of={key} />),
          },
        ]}
      />
    </Panel>
  );
}

/** Some of the decisions that it was found in. */
export function Examples({ explanation, zone }: PartProps) {
  return (
    <Panel title="Example decisions">
      <DataTable<Example>
        caption="Example decisions"
        rows={explanation.examples}
        keyOf={({ decision_id }) => decision_id}
        none={explanation.is_brief ? notRead : 'It was found in no single decision'}
        columns={[
          {
            name: 'Time',
            show: ({ decision_id, occurred_at }) => (
              <a href={hrefTo(`/decisions/${decision_id}`)}>
                <Time at={occurred_at} zone={zone} hasSeconds />
              </a>
            ),
          },
          { name: 'Decision', show: ({ decision }) => <Verdict decision={decision} /> },
          { name: 'Agent', show: ({ agent_key }) => <NamedAgent of={agent_key} /> },
          { name: 'Human', show: ({ human_key }) => <NamedHuman of={human_key} /> },
          { name: 'Server', show: ({ server }) => <ServerLink server={server} /> },
          { name: 'Tool', show: ({ tool }) => tool },
          { name: 'Reason', show: ({ reason }) => <span class="small wrap">{reason}</span> },
        ]}
      />
    </Panel>
  );
}

function Pair({ pair }: { readonly pair: string }) {
  const [agent = '', server = ''] = pair.split(' → ');
  return (
    <>
      <NamedAgent of={agent} /> → <ServerLink server={server} />
    </>
  );
}

/** What was never seen before, and what else has the same cause. */
export function NewAndMembers({ explanation }: { readonly explanation: Explanation }) {
  const { new_pairs, members, other_members: others } = explanation;
  if (new_pairs.length + members.length === 0) return null;
  return (
    <div class="columns">
      {new_pairs.length > 0 && (
        <Panel title="Never seen before">
          <ul class="remedies">
            {new_pairs.map((pair) => (
              <li key={pair}>
                <Pair pair={pair} />
              </li>
            ))}
          </ul>
        </Panel>
      )}
      {members.length > 0 && (
        <Panel title="Of the same cause">
          <ul class="remedies">
            {members.map(({ detector, subject, sentence }) => (
              <li key={`${detector} ${subject.kind} ${subject.key}`}>
                <Subject subject={subject} /> <span class="quiet">{sentence}</span>
              </li>
            ))}
            {others > 0 && <li class="quiet">and {others} more</li>}
          </ul>
        </Panel>
      )}
    </div>
  );
}
