import type { AlertStep, WholeAlert } from '../api/alert-questions.ts';
import { Panel } from '../components/panel.tsx';
import { Time } from '../components/words.tsx';
import { hrefTo } from '../state/view.ts';

const kindWords: Readonly<Record<AlertStep['kind'], string>> = {
  opened: 'Opened',
  reopened: 'Opened again',
  escalated: 'Grew worse',
  ongoing: 'Goes on',
  reminded: 'Reminded',
  merged: 'Told with another',
  acknowledged: 'Taken',
  confirmed: 'Confirmed by what is proven now',
  withdrawn: 'Withdrawn',
  resolved: 'Resolved',
  changed: 'Turned out to have been more',
};

function Step({ step, zone }: { readonly step: AlertStep; readonly zone: string }) {
  const { kind, at, severity, sentence, actor, note, merged_into, silenced_by } = step;
  return (
    <li class={`change is-${kind}`}>
      <Time at={at} zone={zone} hasSeconds />
      <span>
        <b>{kindWords[kind]}</b> {actor !== '' && `by ${actor}`}{' '}
        {(kind === 'opened' || kind === 'escalated') && <span class="quiet">{severity}</span>}
        {silenced_by.length > 0 && <span class="tag">not told: {silenced_by.join(', ')}</span>}
        {merged_into !== null && <a href={hrefTo(`/alerts/${merged_into}`)}> the other alert</a>}
        {note !== '' && <q class="note-text">{note}</q>}
        {sentence !== '' && kind !== 'acknowledged' && <span class="quiet small step-said">{sentence}</span>}
      </span>
    </li>
  );
}

/** What became of an alert, the newest step first. */
export function Life({ alert, zone }: { readonly alert: WholeAlert; readonly zone: string }) {
  return (
    <Panel title="What became of it">
      {alert.pending.map(({ action, actor, at }) => (
        <p key={action} class="note is-warn pending" role="status">
          {actor || 'Somebody'} asked to {action} it at <Time at={at} zone={zone} hasSeconds />; the alerter takes it
          within about a minute.
        </p>
      ))}
      <ol class="timeline">
        {alert.transitions.toReversed().map((step) => (
          <Step key={step.id} step={step} zone={zone} />
        ))}
      </ol>
    </Panel>
  );
}
