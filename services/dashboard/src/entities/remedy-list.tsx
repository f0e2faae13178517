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
        data.denials === 0 ? (
          <Empty title="Nothing was denied" />
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
            {data.pairs.length > 0 && (
              <>
                <h3>Two changes together</h3>
                <ul class="remedies">
                  {data.pairs.map(({ sentences, removes }) => (
                    <li key={sentences.join()}>
                      <b>{exact(removes)}</b> {sentences.join('; and: ')}
                    </li>
                  ))}
                </ul>
              </>
            )}
            {data.unmended.length > 0 && (
              <>
                <h3>No change can be named</h3>
                <ul class="remedies">
                  {data.unmended.map(({ code, sentence, denials }) => (
                    <li key={code + sentence}>
                      <b>{exact(denials)}</b> {sentence}
                    </li>
                  ))}
                </ul>
              </>
            )}
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
