import { useRemedies } from '../api/entity-questions.ts';
import { AnswerPanel } from '../components/panel.tsx';
import { Empty, Skeleton } from '../components/states.tsx';
import { counted, exact } from '../format/numbers.ts';
import { hrefTo, type View } from '../state/view.ts';

/** Which one change would have removed most denials of the view. */
export function RemedyList({ view, most = 8 }: { readonly view: View; readonly most?: number }) {
  const answer = useRemedies(view, { limit: String(most) });
  return (
    <AnswerPanel title="Which one change would remove most denials" answer={answer} skeleton={<Skeleton rows={3} />}>
      {({ data }) =>
        data.changes.length === 0 ? (
          <Empty title={data.denials === 0 ? 'Nothing was denied' : 'No change can be named'} />
        ) : (
          <>
            <ol class="remedies">
              {data.changes.map((one) => (
                <li key={one.code + one.sentence}>
                  <a href={hrefTo(`/decisions/${one.last_decision_id}`)} title="The newest of these denials">
                    <b>{exact(one.removes)}</b> {one.sentence}
                  </a>
                  {one.helps > 0 && <span class="quiet"> helps {exact(one.helps)} more, with another change</span>}
                </li>
              ))}
            </ol>
            <p class="small quiet">
              Of {counted(data.denials, 'denial')}: {exact(data.one_level)} by one consent or maximum,{' '}
              {exact(data.one_other)} by one other change, {exact(data.two)} need two, {exact(data.none)} have none that
              can be named.
            </p>
          </>
        )
      }
    </AnswerPanel>
  );
}
