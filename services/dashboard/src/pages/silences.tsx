import { useState } from 'preact/hooks';
import { endSilence, type Silence, useSilences } from '../api/alert-questions.ts';
import { DataTable } from '../components/data-table.tsx';
import { AnswerPanel } from '../components/panel.tsx';
import { Skeleton } from '../components/states.tsx';
import { Time } from '../components/words.tsx';
import { useMay } from '../state/access.ts';
import { hrefTo, useView } from '../state/view.ts';

const stateWords: Readonly<Record<Silence['state'], string>> = {
  active: 'In force',
  pending: 'Not yet',
  ended: 'Ended',
  expired: 'Over',
};

function Matcher({ matcher }: { readonly matcher: Silence['matcher'] }) {
  return (
    <span class="tags">
      {Object.entries(matcher).map(([label, values]) => (
        <span key={label} class="tag">
          {label} {[values].flat().join(', ')}
        </span>
      ))}
    </span>
  );
}

function End({ silence, onEnded }: { readonly silence: Silence; readonly onEnded: (fault: string) => void }) {
  const [isSending, setSending] = useState(false);
  const end = async () => {
    setSending(true);
    const fault = await endSilence(silence.id);
    setSending(false);
    onEnded(fault);
  };
  return (
    <button type="button" class="button" disabled={isSending} onClick={end} aria-label={`End now: ${silence.reason}`}>
      End now
    </button>
  );
}

/** What is kept from being told, by whom, why and until when. */
export default function Silences() {
  const { zone } = useView();
  const answer = useSilences();
  const mayOperate = useMay('operate');
  const [fault, setFault] = useState('');
  const ended = (said: string) => {
    setFault(said);
    answer.again();
  };
  return (
    <div class="page">
      <h1>Silences</h1>
      <p class="quiet">
        Alerts that a silence fits go on record all the same, and nobody is told of them. One is made from the page of
        an{' '}
        <a class="is-link" href={hrefTo('/alerts')}>
          alert
        </a>
        , or with <code>custody silence</code>.
      </p>
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
              { name: 'What', show: ({ matcher }) => <Matcher matcher={matcher} /> },
              { name: 'Why', show: ({ reason }) => reason },
              {
                name: 'From',
                order: ({ starts_at }) => starts_at,
                show: ({ starts_at }) => <Time at={starts_at} zone={zone} />,
              },
              {
                name: 'Until',
                order: ({ ends_at }) => ends_at,
                show: ({ ends_at }) => <Time at={ends_at} zone={zone} />,
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
                          <End silence={silence} onEnded={ended} />
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
