import { useState } from 'preact/hooks';
import { AlertFilterBar, asQuery, filtersOf } from '../alerts/alert-filters.tsx';
import { AlertTable, worstFirst } from '../alerts/alert-table.tsx';
import { useAlerts } from '../api/alert-questions.ts';
import { Icon } from '../components/icon.tsx';
import { PageTurner } from '../components/page-turner.tsx';
import { AnswerPanel } from '../components/panel.tsx';
import { Skeleton } from '../components/states.tsx';
import { counted } from '../format/numbers.ts';
import { useAddress } from '../router/address.ts';
import { hrefTo, useView, type View } from '../state/view.ts';

const active = ['open', 'acknowledged'];
const over = ['resolved', 'withdrawn'];

interface ListProps {
  readonly view: View;
  readonly title: string;
  readonly none: string;
  readonly query: Readonly<Record<string, string>>;
  readonly isOpen?: boolean;
}

/** Alerts page by page, those that opened last first; of those that are open, the worst of a page first. */
function AlertList({ view, title, none, query, isOpen = false }: ListProps) {
  const question = JSON.stringify([view.range, view.env, query]);
  const [turned, setTurned] = useState<{ of: string; cursors: readonly string[] }>({ of: question, cursors: [] });
  const cursors = turned.of === question ? turned.cursors : [];
  const cursor = cursors.at(-1);
  const answer = useAlerts(view, { ...query, limit: '50', ...(cursor && { cursor }) });
  const turn = (next: readonly string[]) => setTurned({ of: question, cursors: next });
  const aside = answer.body && (
    <span class="quiet">
      {counted(answer.body.data.length, 'alert')}
      {answer.body.meta.next && ' and more'}
    </span>
  );
  return (
    <AnswerPanel title={title} answer={answer} aside={aside} skeleton={<Skeleton rows={4} height={2.6} />}>
      {({ data, meta }) => (
        <>
          <AlertTable rows={isOpen ? worstFirst(data) : data} zone={view.zone} caption={title} none={none} />
          {(cursors.length > 0 || meta.next) && <PageTurner cursors={cursors} next={meta.next} onTurn={turn} />}
        </>
      )}
    </AnswerPanel>
  );
}

/** What is open, and what was. */
export default function Alerts() {
  const view = useView('-7d');
  const filters = filtersOf(useAddress().query);
  const { status, ...others } = filters;
  const counts = useAlerts(view, { ...asQuery(filters), limit: '1' });
  const shown = (of: readonly string[]) => of.filter((one) => status === '' || one === status);
  const [open, ended] = [shown(active), shown(over)];
  return (
    <div class="page">
      <div class="page-head">
        <h1>Alerts</h1>
        <a class="button is-quiet" href={hrefTo('/silences')}>
          <Icon name="pause" /> Silences
        </a>
      </div>
      <AlertFilterBar filters={filters} body={counts.body} />
      {open.length > 0 && (
        <AlertList
          view={view}
          title="Open"
          isOpen
          none="Nothing is open"
          query={{ ...asQuery({ ...others, status: open.join(',') }) }}
        />
      )}
      {ended.length > 0 && (
        <AlertList
          view={view}
          title="Over"
          none="No alert ended in this range"
          query={{ ...asQuery({ ...others, status: ended.join(',') }) }}
        />
      )}
    </div>
  );
}
