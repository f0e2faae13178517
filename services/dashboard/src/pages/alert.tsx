import { useEffect } from 'preact/hooks';
import { Actions } from '../alerts/actions.tsx';
import { AlertChart } from '../alerts/alert-chart.tsx';
import { lasted } from '../alerts/alert-table.tsx';
import { Contributors } from '../alerts/contributors.tsx';
import { Life } from '../alerts/life.tsx';
import { Said } from '../alerts/said.tsx';
import { Examples, GrantChanges, NewAndMembers } from '../alerts/why.tsx';
import { RuleLink, Severity, Subject, statusText } from '../alerts/words.tsx';
import { useAlert, type WholeAlert } from '../api/alert-questions.ts';
import { learnNames } from '../api/names.ts';
import { Copy } from '../components/copy.tsx';
import { AnswerPanel } from '../components/panel.tsx';
import { Skeleton } from '../components/states.tsx';
import { Time } from '../components/words.tsx';
import { useMay } from '../state/access.ts';
import { useView } from '../state/view.ts';
import type { PageProps } from './registry.ts';

function Head({ alert, zone }: { readonly alert: WholeAlert; readonly zone: string }) {
  const { title, severity, status, subject, rule, opened_at, acknowledged_by, acknowledged_at, silenced_by } = alert;
  return (
    <div class="alert-head">
      <div class="page-head">
        <Severity severity={severity} />
        <h1>{title}</h1>
      </div>
      <p class="page-head">
        <b class={status === 'open' ? 'is-open' : ''}>{statusText(status)}</b>
        {acknowledged_at !== null && (
          <span>
            taken by {acknowledged_by || 'Custody'} at <Time at={acknowledged_at} zone={zone} />
          </span>
        )}
        <span>
          <Subject subject={subject} />
        </span>
        {subject.kind !== 'environment' && (
          <span>
            <span class="quiet">environment</span> {subject.env_name}
          </span>
        )}
        <span>
          <span class="quiet">rule</span> <RuleLink rule={rule} />
        </span>
        <span>
          <span class="quiet">since</span> <Time at={opened_at} zone={zone} hasSeconds />{' '}
          <span class="quiet">{lasted(alert)}</span>
        </span>
        {silenced_by.length > 0 && <span class="tag">silenced: {silenced_by.join(', ')}</span>}
        <span class="mono quiet small">{alert.id}</span>
        <Copy text={alert.id} what="the id" />
      </p>
    </div>
  );
}

/** One alert whole: what was found, why, what it is made of, and what became of it. */
export default function Alert({ parts }: PageProps) {
  const { id = '' } = parts;
  const { zone } = useView();
  const answer = useAlert(id);
  const mayOperate = useMay('operate');
  const found = answer.body?.data;
  // What it calls those who contributed, everything beside it may call them too.
  useEffect(() => {
    const those = found === undefined ? [] : Object.values(found.explanation.contributors).flat();
    learnNames(those.map(({ key, name }) => [key, name]));
  }, [found]);
  return (
    <div class="page">
      {answer.body === null && <h1>Alert</h1>}
      <AnswerPanel
        title="Alert"
        answer={answer}
        class="is-bare is-headless"
        skeleton={<Skeleton rows={5} height={5} />}
      >
        {({ data }) => (
          <>
            <Head alert={data} zone={zone} />
            {mayOperate && <Actions alert={data} onDone={answer.again} />}
            <Said alert={data} zone={zone} />
            <AlertChart alert={data} zone={zone} />
            <div class="columns">
              <Contributors explanation={data.explanation} />
            </div>
            <GrantChanges explanation={data.explanation} zone={zone} />
            <NewAndMembers explanation={data.explanation} />
            <Examples explanation={data.explanation} zone={zone} />
            <Life alert={data} zone={zone} />
          </>
        )}
      </AnswerPanel>
    </div>
  );
}
