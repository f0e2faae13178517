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
      {({ data }) => {
        if (data.denials === 0) return <Empty title="Nothing was denied" />;
        // One that removes nothing by itself stands among those that go together.
        const alone = data.changes.filter(({ removes }) => removes > 0);
        return (
          <>
            <ol class="remedies">
              {alone.map((one) => (
                <li key={one.code + one.sentence}>
                  <a href={hrefTo(`/decisions/${one.last_decision_id}`)} title="The newest of these denials">
                    <b>{counted(one.removes, 'denial')}</b> {one.sentence}
                  </a>
                  {one.helps > 0 && (
                    <span class="quiet"> helps with {exact(one.helps)} more, beside another change</span>
                  )}
                </li>
              ))}
            </ol>
            {data.pairs.length > 0 && (
              <>
                <h3>Two changes together</h3>
                <ul class="remedies">
                  {data.pairs.map(({ sentences, removes }) => (
                    <li key={sentences.join()}>
                      <b>{counted(removes, 'denial')}</b> {sentences.join('; and: ')}
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
                      <b>{counted(denials, 'denial')}</b> {sentence}
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
        );
      }}
    </AnswerPanel>
  );
}
