import { type AlertTransition, endsAlert } from '@custody/decision';
import type { SlackChannel } from '../channel.ts';
import { cut } from './cut.ts';
import { type Format, jsonHeaders, linkOf } from './delivery-request.ts';
import { type Fact, factsOf, headline } from './transition-words.ts';

/** Slack's own limits, in characters and pieces. */
const limits = { text: 3_000, blocks: 50, button: 75, url: 3_000 } as const;

const looks = {
  critical: { emoji: ':red_circle:', color: '#c62828' },
  warning: { emoji: ':large_orange_circle:', color: '#ef6c00' },
  info: { emoji: ':large_blue_circle:', color: '#1565c0' },
  ended: { emoji: ':white_check_mark:', color: '#2e7d32' },
} as const;

/** What Slack reads as a link, a mention or markup cannot come out of a name. */
function harmless(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Escaped text within the limit, which counts what is sent; an entity is not torn. */
function escapeWithin(text: string, characters: number): string {
  const escaped = harmless(text);
  if (escaped.length <= characters) return escaped;
  return `${cut(escaped, characters)
    .slice(0, -1)
    .replace(/&[a-z]{0,3}$/, '')}…`;
}

function section(mrkdwn: string) {
  return { type: 'section', text: { type: 'mrkdwn', text: mrkdwn } };
}

function factBlock({ name, lines }: Fact) {
  const heading = `*${name}*\n`;
  return section(heading + escapeWithin(lines.map((line) => `• ${line}`).join('\n'), limits.text - heading.length));
}

function button(text: string, url: string | null) {
  if (url === null || url.length > limits.url) return [];
  return [{ type: 'button', text: { type: 'plain_text', text: cut(text, limits.button) }, url }];
}

function buttons({ url, runbook, examples }: AlertTransition) {
  const elements = [
    ...button('Open the alert', linkOf(url)),
    ...button('Runbook', linkOf(runbook)),
    ...button('A decision', linkOf(examples[0]?.url ?? '')),
  ];
  return elements.length === 0 ? [] : [{ type: 'actions', elements }];
}

function footnote({ rule, ruleVersion, alertId, runbook }: AlertTransition) {
  const hint = runbook === '' || linkOf(runbook) !== null ? '' : ` · runbook: ${runbook}`;
  const text = escapeWithin(`rule ${rule} (${ruleVersion}) · alert ${alertId}${hint}`, limits.text);
  return { type: 'context', elements: [{ type: 'mrkdwn', text }] };
}

/** Blocks for an incoming webhook: what happened on top, the facts under a bar in the colour of the severity. */
export const slackFormat: Format<SlackChannel> = (transition, channel) => {
  // What changed of one that is over is news, and no end.
  const isEnd = endsAlert(transition) && transition.kind !== 'changed';
  const { emoji, color } = looks[isEnd ? 'ended' : transition.severity];
  const text = `${emoji} ${escapeWithin(headline(transition), 400)}`;
  const top = [section(`*${text}*`), section(escapeWithin(transition.sentence || transition.title, limits.text))];
  const ends = [...buttons(transition), footnote(transition)];
  const facts = isEnd ? [] : factsOf(transition).map(factBlock);
  const details = [...facts.slice(0, limits.blocks - top.length - ends.length), ...ends];
  // Only blocks of an attachment can have a colour; beside blocks, `text` is what notifications show.
  const body = { text, blocks: top, attachments: [{ color, blocks: details }] };
  return { url: channel.url.value, headers: jsonHeaders, body: JSON.stringify(body) };
};
