import { detectors, detectorText } from './rule-words.ts';

const keys = [
  ['name', 'small letters, digits and . _ -; alerts call the rule so'],
  ['scope', '{ server: linear, env: "prod*" } of env, agent, human, server, tool, reason; x* begins with, !x is not'],
  ['threshold', '{ at_least: 20, within: 10m, per: agent }: a limit that stands fast'],
  ['budget', 'false alerts a day that it may have, 0.2 where nothing is said'],
  ['severity', 'info, warning or critical; or one for each: { sweep: critical }'],
  ['mute', '{ days: [sat, sun], zone: Europe/Berlin }: when nobody is told'],
  ['alert', '{ resolve_after: 60m, escalate_at: 4, remind_every: 24h }'],
  ['runbook', 'the address of a page, on every alert'],
  ['description, enabled', 'what it is for; true or false'],
] as const;

/** What a rule may say, beside its text. `channels`: those that there are; `null` where that is not known. */
export function RuleReference({ channels }: { readonly channels: readonly string[] | null }) {
  return (
    <details class="rule-reference">
      <summary class="quiet small">What a rule may say</summary>
      <dl class="facts is-rule small">
        {keys.map(([key, what]) => (
          <div key={key}>
            <dt class="mono">{key}</dt>
            <dd>{what}</dd>
          </div>
        ))}
        <div>
          <dt class="mono">channels</dt>
          <dd>{channels === null ? 'who is told; everybody where nothing is said' : channels.join(', ') || 'none'}</dd>
        </div>
        <div>
          <dt class="mono">detectors</dt>
          <dd>
            <ul>
              {detectors.map((detector) => (
                <li key={detector}>
                  {detectorText(detector)} <code>{detector}</code>
                </li>
              ))}
            </ul>
          </dd>
        </div>
      </dl>
    </details>
  );
}
