import type { AccessChange } from '@custody/store';
import { type Html, html } from '../../html/html.ts';
import { LocalClock } from '../local-clock.ts';
import type { Report } from '../report.ts';
import { countText, numberText, restNote } from './text.ts';

const mostGrants = 300;
const mostFlips = 100;

const kinds: Readonly<Record<string, string>> = {
  consent: 'Consent',
  ceiling: 'Maximum',
  tool_level: 'Level of a tool',
};

const causes: Readonly<Record<string, string>> = {
  ceiling_lowered: 'the admin’s maximum was lowered',
  ceiling_raised: 'the admin’s maximum was raised',
  reconsented: 'the human consented again, at another level',
  consented: 'the human consented',
  revoked: 'the consent was revoked',
  tool_level_changed: 'the level of the tool was changed',
  unexplained: 'no known change explains it',
};

/** A name with its key under it; nothing for nobody. */
function who(name: string, key: string): Html {
  return html`<td>${name || key}${name === '' ? '' : html`<span class="key">${key}</span>`}</td>`;
}

function timeCell(change: AccessChange, clock: LocalClock): Html {
  const isExact = change.not_before === change.at || change.kind === 'decision';
  return html`<td class="t">${clock.text(Date.parse(change.at))}${isExact ? '' : html`<span class="key">after ${clock.text(Date.parse(change.not_before))}</span>`}</td>`;
}

function grantRow(change: AccessChange, clock: LocalClock): Html {
  const what = `${kinds[change.kind] ?? change.kind} ${change.change === 'appeared' ? 'given' : 'ended'}`;
  return html`<tr>${timeCell(change, clock)}<td>${what}</td><td>${change.level}</td>${who(change.human_name, change.human_key)}${who(change.agent_name, change.agent_key)}<td>${change.server}${change.tool === '' ? '' : html`<span class="key">${change.tool}</span>`}</td></tr>`;
}

function flipRow(change: AccessChange, clock: LocalClock): Html {
  return html`<tr>${timeCell(change, clock)}<td>now ${change.change}</td><td>${causes[change.cause] ?? change.cause}</td>${who(change.human_name, change.human_key)}${who(change.agent_name, change.agent_key)}<td>${change.server}<span class="key">${change.tool}</span></td></tr>`;
}

export function changesSection({ changes, hasMoreChanges, scope }: Report): Html {
  const clock = new LocalClock(scope.timeZone);
  const grants = changes.filter(({ kind }) => kind !== 'decision');
  const flips = changes.filter(({ kind }) => kind === 'decision');
  const by = (kind: string, change: string) =>
    grants.filter((one) => one.kind === kind && one.change === change).length;
  const summary = Object.entries(kinds).map(
    ([kind, name]) =>
      html`<tr><th scope="row">${name}</th><td class="n">${numberText(by(kind, 'appeared'))}</td><td class="n">${numberText(by(kind, 'ended'))}</td></tr>`,
  );
  const head = (second: string, third: string) =>
    html`<thead><tr><th scope="col">Time</th><th scope="col">${second}</th><th scope="col">${third}</th><th scope="col">Human</th><th scope="col">Agent</th><th scope="col">Server</th></tr></thead>`;
  const shownGrants = grants.slice(0, mostGrants);
  const shownFlips = flips.slice(0, mostFlips);
  return html`<section id="changes"><h2>Changes of access</h2>
<p>${countText(changes.length, 'change')} in the period${hasMoreChanges ? ', the newest ones; there are more, which this report does not have' : ''}: what was given and what ended, and where verdicts on an agent's calls with a tool turned. What was there already when Custody first looked is no change, unless the source told when it was given.</p>
${
  changes.length === 0
    ? ''
    : html`<table><caption>Grants that changed</caption><thead><tr><th scope="col">Grant</th><th scope="col" class="n">Given</th><th scope="col" class="n">Ended</th></tr></thead><tbody>${summary}</tbody></table>`
}
${
  grants.length === 0
    ? ''
    : html`<h3>Consents, maxima, levels of tools</h3><table><caption>Newest first. “after” says that it happened between two readings</caption>${head('Change', 'Level')}<tbody>${shownGrants.map((one) => grantRow(one, clock))}</tbody></table>${restNote(shownGrants.length, grants.length, 'changes')}`
}
${
  flips.length === 0
    ? ''
    : html`<h3>Verdicts that turned</h3><table><caption>A call was allowed or denied unlike the one before it, newest first</caption>${head('Verdict', 'Likely cause')}<tbody>${shownFlips.map((one) => flipRow(one, clock))}</tbody></table>${restNote(shownFlips.length, flips.length, 'turned verdicts')}`
}</section>`;
}
