import type { ComponentChildren } from 'preact';
import { useKnownNames, useNames } from '../api/names.ts';
import { useTrends } from '../api/questions.ts';
import { Sparkline } from '../charts/sparkline.tsx';
import { Icon } from '../components/icon.tsx';
import { AnswerPanel } from '../components/panel.tsx';
import { Empty, Skeleton } from '../components/states.tsx';
import { AgentLink, HumanLink, ServerLink } from '../components/who.tsx';
import { countMeasures, denyRate } from '../format/counts.ts';
import { shortId } from '../format/names.ts';
import { exact, percent } from '../format/numbers.ts';
import { type FilterName, literal, withValue } from '../state/filters.ts';
import { coarseBucketFor } from '../state/range.ts';
import { changeView, hrefTo, type View } from '../state/view.ts';
import { type GroupTrend, groupsOf } from './series.ts';

const mostRows = 7;

interface TopListProps {
  readonly view: View;
  readonly title: string;
  readonly by: readonly FilterName[];
  readonly show: (values: Readonly<Record<string, string>>) => ComponentChildren;
}

function narrowTo(view: View, by: readonly FilterName[], { values }: GroupTrend): void {
  const pairs = by.map((name) => [name, withValue(view.filters[name], literal(values[name] ?? ''))]);
  changeView(Object.fromEntries(pairs));
}

/** One of a list in words. */
function textOf(
  values: Readonly<Record<string, string>>,
  by: readonly FilterName[],
  names: ReadonlyMap<string, string>,
): string {
  const key = values[by.at(-1) ?? ''] ?? '';
  return names.get(key) ?? (key === '' ? 'not known' : shortId(key));
}

/** Who or what was denied most, with the shape of it over the range. */
function TopList({ view, title, by, show }: TopListProps) {
  const answer = useTrends(view, {
    group_by: by.join(','),
    measures: countMeasures,
    order: '-denials',
    top: String(mostRows),
    bucket: coarseBucketFor(view.span),
  });
  const [what = 'server'] = by;
  const keys = groupsOf(answer.body?.data ?? [], by).map(({ values }) => values[what] ?? '');
  // All of a list at once.
  const names = useNames(what === 'human' ? 'human' : 'agent', what === 'server' ? [] : keys, view);
  const text = (values: Readonly<Record<string, string>>) => textOf(values, by, names);
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
                  <td class="number quiet small">{percent(denyRate(group))}</td>
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

function Agent({ agent }: { readonly agent: string }) {
  const names = useKnownNames();
  return <AgentLink agent={agent} name={names.get(agent) ?? ''} />;
}

function Human({ human }: { readonly human: string }) {
  const names = useKnownNames();
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
  return (
    <div class="top-lists">
      <TopList
        view={view}
        title="Most denied agents"
        by={['agent']}
        show={({ agent = '' }) => <Agent agent={agent} />}
      />
      <TopList
        view={view}
        title="Most denied humans"
        by={['human']}
        show={({ human = '' }) => <Human human={human} />}
      />
      <TopList
        view={view}
        title="Most denied servers"
        by={['server']}
        show={({ server = '' }) => <ServerLink server={server} />}
      />
      <TopList view={view} title="Most denied tools" by={['server', 'tool']} show={(values) => <Tool {...values} />} />
    </div>
  );
}
