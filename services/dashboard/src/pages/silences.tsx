import type { Silence } from '../api/alert-questions.ts';
import { DataTable } from '../components/data-table.tsx';
import { AnswerPanel } from '../components/panel.tsx';
import { Skeleton } from '../components/states.tsx';
import { Time } from '../components/words.tsx';
import { duration } from '../format/times.ts';
import { EndSilence } from '../silences/end-silence.tsx';
import { MatcherTags } from '../silences/matcher-tags.tsx';
import { NewSilence } from '../silences/silence-form.tsx';
import { useSilenceWriting } from '../silences/use-silence-writing.ts';
import { hrefTo, useView } from '../state/view.ts';

const stateWords: Readonly<Record<Silence['state'], string>> = {
  active: 'In force',
  pending: 'Not yet',
  ended: 'Ended',
  expired: 'Over',
};

function remaining(endsAt: string): string {
  return `${duration((Date.parse(endsAt) - Date.now()) / 1000)} left`;
}

/** What is kept from being told, by whom, why and until when. */
export default function Silences() {
  const { zone } = useView();
  const { answer, mayOperate, isWriting, write, fault, ended, made } = useSilenceWriting();
  return (
    <div class="page">
      <h1>Silences</h1>
      <p class="quiet">
        Alerts that a silence fits go on record all the same, and nobody is told of them. One is made here, from the
        page of an{' '}
        <a class="is-link" href={hrefTo('/alerts')}>
          alert
        </a>{' '}
        or of an agent, human or server, or with <code>custody silence</code>.
        {!mayOperate && ' That takes a token of scope operate.'}
      </p>
      {mayOperate && !isWriting && (
        <p>
          <button type="button" class="button" onClick={write}>
            New silence
          </button>
        </p>
      )}
      {isWriting && <NewSilence matcher={{}} zone={zone} onDone={made} />}
      <p class="fault" role="alert" hidden={fault === ''}>
        {fault}
      </p>
      <AnswerPanel title="Silences of the last 30 days" answer={answer} skeleton={<Skeleton rows={5} />}>
        {({ data }) => (
          <DataTable<Silence>
            caption="Silences"
            rows={data}
            keyOf={({ id }) => id}
            none="Nothing is silenced, and nothing was"
            columns={[
              {
                name: 'State',
                order: ({ state }) => state,
                show: ({ state }) => <span class={state === 'active' ? 'is-open' : 'quiet'}>{stateWords[state]}</span>,
              },
              { name: 'What', show: ({ matcher }) => <MatcherTags matcher={matcher} /> },
              { name: 'Why', show: ({ reason }) => reason },
              {
                name: 'From',
                order: ({ starts_at }) => starts_at,
                show: ({ starts_at }) => <Time at={starts_at} zone={zone} />,
              },
              {
                name: 'Until',
                order: ({ ends_at }) => ends_at,
                show: ({ ends_at, state }) => (
                  <>
                    <Time at={ends_at} zone={zone} />
                    {state === 'active' && <span class="quiet small"> {remaining(ends_at)}</span>}
                  </>
                ),
              },
              {
                name: 'By',
                order: ({ created_by }) => created_by,
                show: ({ created_by, ended_by }) => (
                  <>
                    {created_by}
                    {ended_by !== null && <span class="quiet"> ended by {ended_by}</span>}
                  </>
                ),
              },
              ...(mayOperate
                ? [
                    {
                      name: 'Act',
                      show: (silence: Silence) =>
                        silence.state === 'active' || silence.state === 'pending' ? (
                          <EndSilence silence={silence} onEnded={ended} />
                        ) : null,
                    },
                  ]
                : []),
            ]}
          />
        )}
      </AnswerPanel>
    </div>
  );
}
