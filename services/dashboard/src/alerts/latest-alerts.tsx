import { useAlerts } from '../api/alert-questions.ts';
import { AnswerPanel } from '../components/panel.tsx';
import { Skeleton } from '../components/states.tsx';
import { counted } from '../format/numbers.ts';
import { hrefTo, type View } from '../state/view.ts';
import { AlertTable, worstFirst } from './alert-table.tsx';

const shown = 3;
const asked = 50;

/** What is open now, the worst first, in a few lines; nothing at all where nothing is. */
export function LatestAlerts({ view }: { readonly view: View }) {
  const answer = useAlerts(view, { status: 'open,acknowledged', limit: String(asked) });
  const { body, failure } = answer;
  if (failure === null && (body === null || body.data.length === 0)) return null;
  const count = body === null ? '' : `${counted(body.data.length, 'alert')}${body.meta.next ? ' and more' : ''}`;
  const all = <a href={hrefTo('/alerts')}>{count}</a>;
  return (
    <AnswerPanel title="Open alerts" answer={answer} aside={all} skeleton={<Skeleton rows={shown} />}>
      {({ data }) => (
        <AlertTable
          rows={worstFirst(data).slice(0, shown)}
          zone={view.zone}
          caption="Open alerts"
          none="Nothing is open"
          isShort
        />
      )}
    </AnswerPanel>
  );
}
