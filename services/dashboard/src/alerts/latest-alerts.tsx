import { useAlerts } from '../api/alert-questions.ts';
import { AnswerPanel } from '../components/panel.tsx';
import { Skeleton } from '../components/states.tsx';
import { hrefTo, type View } from '../state/view.ts';
import { AlertTable } from './alert-table.tsx';

const shown = 5;

/** What is open now, in a few lines; for a page that is about something else. */
export function LatestAlerts({ view }: { readonly view: View }) {
  const answer = useAlerts(view, { status: 'open,acknowledged', limit: String(shown) });
  const all = (
    <a class="quiet" href={hrefTo('/alerts')}>
      All alerts
    </a>
  );
  return (
    <AnswerPanel title="Open alerts" answer={answer} aside={all} skeleton={<Skeleton rows={shown} />}>
      {({ data }) => <AlertTable rows={data} zone={view.zone} caption="Open alerts" none="Nothing is open" isShort />}
    </AnswerPanel>
  );
}
