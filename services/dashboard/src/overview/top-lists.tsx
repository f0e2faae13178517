import type { ComponentChildren } from 'preact';
import { useNames } from '../api/names.ts';
import { useTrends } from '../api/questions.ts';
import { Sparkline } from '../charts/sparkline.tsx';
import { Icon } from '../components/icon.tsx';
import { AnswerPanel } from '../components/panel.tsx';
import { Empty, Skeleton } from '../components/states.tsx';
import { AgentLink, HumanLink, ServerLink } from '../components/who.tsx';
import { exact, percent } from '../format/numbers.ts';
import { type FilterName, literal, withValue } from '../state/filters.ts';
import { coarseBucketFor } from '../state/range.ts';
import { changeView, hrefTo, type View } from '../state/view.ts';
import { type GroupTrend, groupsOf, rate } from './series.ts';

const mostRows = 7;

interface TopListProps {
  readonly view: View;
  readonly title: string;
  readonly by: readonly FilterName[];
  readonly show: (values: Readonly<Record<string, string>>) => ComponentChildren;
  readonly text: (values: Readonly<Record<string, string>>) => string;
}

function narrowTo(view: View, by: readonly FilterName[], { values }: GroupTrend): void {
  const pairs = by.map((name) => [name, withValue(view.filters[name], literal(values[name] ?? ''))]);
  changeView(Object.fromEntries(pairs));
}

/** Who or what was denied most, with the shape of it over the range. */
function TopList({ view, title, by, show, text }: TopListProps) {
  const answer = useTrends(view, {
    group_by: by.join(','),
    measures: 'denials,decisions',
    order: '-denials',
    top: String(mostRows),
    bucket: coarseBucketFor(view.span),
  });
  return (
    <AnswerPanel title={title} answer={answer} class="top-list" skeleton={<Skeleton rows={mostRows} />}>
      {({ data }) => {
        const groups = groupsOf(data, by);
        if (groups.length === 0) return <Empty title="Nothing was denied" />;
        return (
          <table class="rows">
            <caption class="hidden-visually">{title}</caption>
            <colgroup>
              <col />
              <col class="col-spark" />
              <col class="col-count" />
              <col class="col-share" />
              <col class="col-act" />
            </colgroup>
            <thead class="hidden-visually">
              <tr>
                {['Name', 'Over time', 'Denied', 'Deny rate', 'Filter'].map((name) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {groups.map((group) => (
                <tr key={group.key}>
                  <th scope="row" class="cut">
                    {show(group.values)}
                  </th>
                  <td class="spark">
                    <Sparkline values={group.shape} label={`${text(group.values)}: ${exact(group.denials)} denied`} />
                  </td>
                  <td class="number" title={`${exact(group.denials)} of ${exact(group.decisions)} decisions denied`}>
                    {exact(group.denials)}
                  </td>
                  <td class="number quiet small">{percent(rate(group.denials, group.decisions))}</td>
                  <td class="act">
                    <button
                      type="button"
                      class="button is-quiet"
                      aria-label={`Only ${text(group.values)}`}
                      title={`Only ${text(group.values)}`}
                      onClick={() => narrowTo(view, by, group)}
                    >
                      <Icon name="filter" />
                    </button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        );
      }}
    </AnswerPanel>
  );
}

function Agent({ agent, view }: { readonly agent: string; readonly view: View }) {
  const names = useNames('agent', [agent], view);
  return <AgentLink agent={agent} name={names.get(agent) ?? ''} />;
}

function Human({ human, view }: { readonly human: string; readonly view: View }) {
  const names = useNames('human', [human], view);
  return human === '' ? (
    <span class="quiet">not known</span>
  ) : (
    <HumanLink human={human} name={names.get(human) ?? ''} />
  );
}

function Tool({ server = '', tool = '' }: { readonly server?: string; readonly tool?: string }) {
  return (
    <a href={hrefTo('/decisions', { server: literal(server), tool: literal(tool) })} title={`${tool} of ${server}`}>
      {tool} <span class="quiet">{server}</span>
    </a>
  );
}

/** The four lists of what was denied most. */
export function TopLists({ view }: { readonly view: View }) {
  const own = (name: FilterName) => (values: Readonly<Record<string, string>>) => values[name] ?? '';
  return (
    <div class="top-lists">
      <TopList
        view={view}
        title="Most denied agents"
        by={['agent']}
        text={own('agent')}
        show={({ agent = '' }) => <Agent agent={agent} view={view} />}
      />
      <TopList
        view={view}
        title="Most denied humans"
        by={['human']}
        text={own('human')}
        show={({ human = '' }) => <Human human={human} view={view} />}
      />
      <TopList
        view={view}
        title="Most denied servers"
        by={['server']}
        text={own('server')}
        show={({ server = '' }) => <ServerLink server={server} />}
      />
      <TopList
        view={view}
        title="Most denied tools"
        by={['server', 'tool']}
        text={own('tool')}
        show={(values) => <Tool {...values} />}
      />
    </div>
  );
}
