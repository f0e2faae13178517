import { type AlertTransition, endsAlert, minuteMs } from '@custody/decision';
import type { AlertmanagerChannel } from '../channel.ts';
import { cut } from './cut.ts';
import { type Format, jsonHeaders, linkOf } from './delivery-request.ts';
import { factsOf, headline } from './transition-words.ts';

/**
 * Alertmanager keeps alerts in memory only, and only as long as they are sent again. So open ones are, every minute, and
 * last for a quarter of an hour from then: a restart of either side, or a short outage, resolves nothing there.
 */
export const alertmanagerRefreshMs = minuteMs;
const lastsMs = 15 * minuteMs;

/** What identifies the alert there: nothing that changes as it goes on, but for the severity, which routes ask for. */
function labelsOf({ rule, severity, subject, detector, alertId, isDemo }: AlertTransition) {
  const labels = {
    alertname: rule,
    severity,
    source: 'custody',
    env: subject.envName || subject.envId,
    env_id: subject.envId,
    subject_kind: subject.kind,
    subject: subject.key,
    detector,
    alert_id: alertId,
    demo: isDemo ? 'true' : '',
  };
  return Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== ''));
}

function annotationsOf(transition: AlertTransition) {
  const { sentence, subject, runbook, kind, actor } = transition;
  const facts = factsOf(transition).flatMap(({ name, lines }) => [`${name}:`, ...lines.map((line) => `- ${line}`)]);
  const annotations = {
    summary: cut(headline(transition), 1_000),
    description: cut([sentence, ...facts].join('\n'), 20_000),
    subject_name: subject.name,
    transition: kind,
    acknowledged_by: kind === 'acknowledged' ? actor : '',
    runbook_url: runbook,
  };
  return Object.fromEntries(Object.entries(annotations).filter(([, value]) => value !== ''));
}

function alertOf(transition: AlertTransition, endsAtMs: number) {
  const { openedAtMs, url } = transition;
  const generator = linkOf(url);
  return {
    labels: labelsOf(transition),
    annotations: annotationsOf(transition),
    startsAt: new Date(openedAtMs).toISOString(),
    endsAt: new Date(Math.max(endsAtMs, openedAtMs)).toISOString(),
    ...(generator !== null && { generatorURL: generator }),
  };
}

function authorization({ username, password, bearerToken }: AlertmanagerChannel): Readonly<Record<string, string>> {
  if (bearerToken !== null) return { authorization: `Bearer ${bearerToken.value}` };
  if (username === null || password === null) return {};
  return { authorization: `Basic ${Buffer.from(`${username}:${password.value}`).toString('base64')}` };
}

/** API v2: the alert as it is now; where its severity is another one than was told, the former ends in the same request. */
export const alertmanagerFormat: Format<AlertmanagerChannel> = (transition, channel, { nowMs, previous }) => {
  const ended = Math.min(transition.resolvedAtMs ?? nowMs, nowMs);
  const alert = alertOf(transition, endsAlert(transition) ? ended : nowMs + lastsMs);
  const isMoved = previous !== null && previous.severity !== transition.severity;
  const alerts = isMoved ? [alertOf(previous, nowMs), alert] : [alert];
  const url = `${channel.url.value.replace(/\/+$/, '')}/api/v2/alerts`;
  return { url, headers: { ...jsonHeaders, ...authorization(channel) }, body: JSON.stringify(alerts) };
};
