import { type AlertTransition, endsAlert } from '@custody/decision';
import type { PagerdutyChannel } from '../channel.ts';
import { cut } from './cut.ts';
import { type Format, jsonHeaders, linkOf } from './delivery-request.ts';
import { factsOf, headline } from './transition-words.ts';

/** PagerDuty refuses events of more than 512 kB; a margin is left for how it counts. */
const maxBytes = 500_000;
const maxSummary = 1_024;

function actionOf(transition: AlertTransition): 'trigger' | 'acknowledge' | 'resolve' {
  if (endsAlert(transition)) return 'resolve';
  return transition.kind === 'acknowledged' ? 'acknowledge' : 'trigger';
}

function linksOf({ url, runbook, examples }: AlertTransition) {
  const links = [
    { href: linkOf(url), text: 'The alert in Custody' },
    { href: linkOf(runbook), text: 'Runbook' },
    ...examples.slice(0, 5).map((example) => ({ href: linkOf(example.url), text: `Decision ${example.decisionId}` })),
  ];
  return links.filter(({ href }) => href !== null);
}

/** Figures, and the facts in words under their names. */
function detailsOf(transition: AlertTransition, lineLimit: number) {
  const { observed, expected, bound, probability, sentence, rule, ruleVersion, runbook, alertId } = transition;
  const facts = factsOf(transition).map(({ name, lines }) => [name, lines.map((line) => cut(line, lineLimit))]);
  const figures = {
    sentence: cut(sentence, lineLimit),
    observed,
    expected,
    bound,
    probability,
    rule,
    rule_version: ruleVersion,
  };
  return { ...figures, runbook: cut(runbook, lineLimit), alert_id: alertId, ...Object.fromEntries(facts) };
}

function payloadOf(transition: AlertTransition, lineLimit: number) {
  const { subject, severity, atMs, detector } = transition;
  return {
    summary: cut(headline(transition), maxSummary),
    source: cut(subject.envName || subject.envId, maxSummary),
    severity,
    timestamp: new Date(atMs).toISOString(),
    component: cut(subject.name || subject.key, maxSummary),
    group: cut(subject.envId, maxSummary),
    class: detector,
    custom_details: detailsOf(transition, lineLimit),
  };
}

/** Events API v2. The alert's id is the key by which PagerDuty puts its events together: one alert, one incident. */
export const pagerdutyFormat: Format<PagerdutyChannel> = (transition, channel) => {
  const action = actionOf(transition);
  const event = { routing_key: channel.routingKey.value, event_action: action, dedup_key: transition.alertId };
  const bodyWith = (lineLimit: number) => {
    if (action !== 'trigger') return JSON.stringify(event);
    const clientUrl = linkOf(transition.url);
    const client = { client: 'Custody', ...(clientUrl !== null && { client_url: clientUrl }) };
    return JSON.stringify({
      ...event,
      payload: payloadOf(transition, lineLimit),
      links: linksOf(transition),
      ...client,
    });
  };
  const whole = bodyWith(10_000);
  const body = Buffer.byteLength(whole) <= maxBytes ? whole : bodyWith(500);
  return { url: channel.url.value, headers: jsonHeaders, body };
};
