import { type Entity, type EntityKind, entityOf, type ToolRow, useEntity } from '../api/entity-questions.ts';
import { useTrends } from '../api/questions.ts';
import { Copy } from '../components/copy.tsx';
import { DataTable } from '../components/data-table.tsx';
import { AnswerPanel, Panel } from '../components/panel.tsx';
import { Failed, Skeleton } from '../components/states.tsx';
import { AgentLink, HumanLink, ServerLink } from '../components/who.tsx';
import { Time } from '../components/words.tsx';
import { DecisionsPanel } from '../decisions/decisions-panel.tsx';
import { countMeasures } from '../format/counts.ts';
import { exact } from '../format/numbers.ts';
import { TrendCharts } from '../overview/trend-charts.tsx';
import { PermitLinks } from '../permit/permit-links.tsx';
import { EntitySilences } from '../silences/entity-silences.tsx';
import { literal } from '../state/filters.ts';
import { bucketFor } from '../state/range.ts';
import { hrefTo, useView, type View } from '../state/view.ts';
import { ChainTable } from './chain-table.tsx';
import { countColumns, SplitBar } from './columns.tsx';
import { GrantTable } from './grant-table.tsx';
import { RemedyList } from './remedy-list.tsx';
import { Timeline } from './timeline.tsx';

const filterOf = { agents: 'agent', humans: 'human', servers: 'server' } as const;
const singular = { agents: 'Agent', humans: 'Human', servers: 'Server' } as const;

function Tools({ tools, own }: { readonly tools: readonly ToolRow[]; readonly own: Readonly<Record<string, string>> }) {
  const most = Math.max(0, ...tools.map(({ decisions }) => decisions));
  return (
    <Panel title="Tools, allowed and denied">
      <DataTable<ToolRow>
        caption="Tools"
        rows={tools}
        keyOf={({ server, tool }) => `${server} ${tool}`}
        none="No tool was called in this range"
        most={12}
        columns={[
          {
            name: 'Tool',
            order: ({ tool }) => tool,
            show: ({ server, tool }) => (
              <a href={hrefTo('/decisions', { ...own, server: literal(server), tool: literal(tool) })}>
                {tool} <span class="quiet">{server}</span>
              </a>
            ),
          },
          { name: 'Share', show: (row) => <SplitBar {...row} most={most} /> },
          ...countColumns<ToolRow>(),
        ]}
      />
    </Panel>
  );
}

function Others({ found, kind }: { readonly found: Entity; readonly kind: EntityKind }) {
  return (
    <>
      {kind !== 'agents' && (
        <Panel title="Agents">
          <DataTable
            caption="Agents"
            rows={found.agents}
            keyOf={({ agent }) => agent}
            none="No agent"
            most={8}
            columns={[
              { name: 'Agent', show: ({ agent, name }) => <AgentLink agent={agent} name={name} /> },
              ...countColumns<(typeof found.agents)[number]>(),
            ]}
          />
        </Panel>
      )}
      {kind !== 'humans' && (
        <Panel title="Humans">
          <DataTable
            caption="Humans"
            rows={found.humans}
            keyOf={({ human }) => human}
            none="No human"
            most={8}
            columns={[
              {
                name: 'Human',
                show: ({ human, name, email }) => <HumanLink human={human} name={name} email={email} />,
              },
              ...countColumns<(typeof found.humans)[number]>(),
            ]}
          />
        </Panel>
      )}
      {kind !== 'servers' && (
        <Panel title="Servers">
          <DataTable
            caption="Servers"
            rows={found.servers}
            keyOf={({ server }) => server}
            none="No server"
            most={8}
            columns={[
              { name: 'Server', show: ({ server }) => <ServerLink server={server} /> },
              ...countColumns<(typeof found.servers)[number]>(),
            ]}
          />
        </Panel>
      )}
    </>
  );
}

function Known({ found, kind, view }: { readonly found: Entity; readonly kind: EntityKind; readonly view: View }) {
  const own = { [filterOf[kind]]: literal(found.key) };
  const narrowed: View = { ...view, filters: { ...view.filters, ...own } };
  const bucket = bucketFor(view.span);
  const trend = useTrends(narrowed, { bucket, measures: countMeasures, compare: 'previous' });
  const grants = [...found.consents, ...found.ceilings, ...found.toolLevels];
  return (
    <>
      <AnswerPanel title="Decisions and denials" answer={trend} skeleton={<Skeleton rows={3} height={6} />}>
        {(body) => <TrendCharts body={body} bucket={bucket} zone={view.zone} height={7} />}
      </AnswerPanel>
      {kind === 'humans' && <RemedyList view={narrowed} most={3} />}
      <Tools tools={found.tools} own={own} />
      <div class="columns">
        <Others found={found} kind={kind} />
      </div>
      <ChainTable view={narrowed} title="Who called what for whom" hasPossible={kind === 'humans'} />
      <Panel title="Consents and max trust levels">
        <GrantTable grants={grants} zone={view.zone} caption="Consents and max trust levels" />
      </Panel>
      <Timeline kind={kind} entity={found.key} view={view} />
      <DecisionsPanel view={narrowed} title={`Decisions of this ${singular[kind].toLowerCase()}`} />
    </>
  );
}

/** Several answer to a name: they are listed, and nobody is guessed. */
function Several({
  matches,
  kind,
}: {
  readonly matches: readonly { key: string; name: string }[];
  readonly kind: EntityKind;
}) {
  return (
    <Panel title="Several are called so">
      <ul class="remedies">
        {matches.map(({ key, name }) => (
          <li key={key}>
            <a href={hrefTo(`/${kind}/${encodeURIComponent(key)}`)}>
              {name} <span class="mono quiet">{key}</span>
            </a>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

/** One agent, human or server, whole. */
export function EntityPage({ kind, entity }: { readonly kind: EntityKind; readonly entity: string }) {
  const view = useView('-7d');
  const answer = useEntity(kind, entity, view);
  const found = answer.body === null ? null : entityOf(answer.body.data);
  const matches = answer.failure?.problem?.matches as { key: string; name: string }[] | undefined;
  return (
    <div class="page">
      <div class="page-head">
        <h1>{found === null ? singular[kind] : found.name || found.key}</h1>
        {found !== null && (
          <>
            {found.email !== '' && <span>{found.email}</span>}
            <span class="mono quiet">{found.key}</span>
            <Copy text={found.key} what="the key" />
            <PermitLinks found={found} kind={filterOf[kind]} env={view.env} />
            <span class="quiet">
              {exact(found.decisions)} decisions, {exact(found.denials)} denied
            </span>
            {found.last_seen !== null && (
              <span class="quiet">
                last seen <Time at={found.last_seen} zone={view.zone} />
              </span>
            )}
            <EntitySilences kind={filterOf[kind]} entity={found.key} view={view} />
          </>
        )}
      </div>
      {matches !== undefined && answer.failure !== null ? (
        <Several matches={matches} kind={kind} />
      ) : answer.failure !== null && found === null ? (
        <Failed failure={answer.failure} again={answer.again} />
      ) : found === null ? (
        <Skeleton rows={6} height={5} />
      ) : (
        <Known key={found.key} found={found} kind={kind} view={view} />
      )}
    </div>
  );
}
