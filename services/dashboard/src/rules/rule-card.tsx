import type { ComponentChildren } from 'preact';
import { Severity } from '../alerts/words.tsx';
import type { Rule } from '../api/rule-questions.ts';
import { Panel } from '../components/panel.tsx';
import { counted } from '../format/numbers.ts';
import { duration } from '../format/times.ts';
import { hrefTo } from '../state/view.ts';
import { budgetText, detectorText, originText, scopeParts } from './rule-words.ts';

function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Told({ rule }: { readonly rule: Rule }) {
  const { channels, mute, is_muted } = rule;
  return (
    <>
      {channels === null ? 'every channel' : channels.join(', ') || 'nobody'}
      {mute.length > 0 && <span class="quiet">, not {mute.map(({ text }) => text).join(', ')}</span>}
      {is_muted && <span class="note is-warn">muted now</span>}
    </>
  );
}

/** One rule: what it finds, where, how often it may be wrong, whom it tells. */
export function RuleCard({ rule, children }: { readonly rule: Rule; readonly children?: ComponentChildren }) {
  const { name, description, detectors, severity, threshold, alert, enabled, runbook, stands_in_for } = rule;
  const scope = scopeParts(rule);
  const aside = (
    <>
      <span class="quiet">{originText(rule)}</span>
      {!enabled && <span class="note is-warn">switched off</span>}
      <a href={hrefTo('/alerts', { rule: name })}>its alerts</a>
    </>
  );
  return (
    <Panel title={name} aside={aside} class={enabled ? '' : 'is-off'}>
      {description !== '' && <p>{description}</p>}
      <dl class="facts is-rule">
        <Fact name="Finds">
          <ul>
            {detectors.map((detector) => (
              <li key={detector}>
                {detectorText(detector)} {severity[detector] && <Severity severity={severity[detector]} />}
              </li>
            ))}
          </ul>
        </Fact>
        {threshold !== null && (
          <Fact name="Limit">
            {counted(threshold.at_least, 'denial')} or more of one {threshold.per} within{' '}
            {duration(threshold.within_seconds)}
          </Fact>
        )}
        <Fact name="Looks at">{scope.length === 0 ? 'everything' : scope.join('; ')}</Fact>
        <Fact name="False alerts">at most {budgetText(rule.budget)}</Fact>
        <Fact name="Tells">
          <Told rule={rule} />
        </Fact>
        <Fact name="Ends after">{duration(alert.resolve_after_seconds)} without</Fact>
        <Fact name="Told again">
          at {alert.escalate_at} times as much, and every {duration(alert.remind_every_seconds)}
        </Fact>
        {runbook !== '' && <Fact name="Runbook">{runbook}</Fact>}
        {stands_in_for.length > 0 && (
          <Fact name="Stands in for">
            {stands_in_for
              .map((origin) => (origin === 'default' ? 'the one that comes with Custody' : origin))
              .join(', ')}
          </Fact>
        )}
      </dl>
      <details>
        <summary class="quiet small">As it is written, version {rule.version}</summary>
        <pre class="code small">{JSON.stringify(rule.document, null, 2)}</pre>
      </details>
      {children}
    </Panel>
  );
}
