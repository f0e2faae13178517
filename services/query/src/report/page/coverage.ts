import { type Html, html } from '../../html/html.ts';
import { LocalClock } from '../local-clock.ts';
import type { Report } from '../report.ts';
import { countText, lengthText, numberText } from './text.ts';

const states: Readonly<Record<string, string>> = {
  open: 'too young to be proven',
  blind: 'blind: should have been read and is not proven',
  unreadable: 'unreadable: the source cannot list it in full',
};

function environmentsTable({ proof, scope }: Report, clock: LocalClock): Html {
  const rows = proof.coverage.map(
    ({ env_id, env_name, oldest, proven_until, open_seconds, blind_seconds, unreadable_seconds }) => {
      const beginsAfter = Date.parse(oldest) > scope.range.fromMs;
      return html`<tr><th scope="row">${env_name || env_id}<span class="key">${env_id}</span></th><td class="t">${clock.text(Date.parse(oldest))}${beginsAfter ? html`<span class="key">after the period begins</span>` : ''}</td><td class="t">${clock.text(Date.parse(proven_until))}</td><td class="n">${numberText(open_seconds)} s</td><td class="n">${numberText(blind_seconds)} s</td><td class="n">${numberText(unreadable_seconds)} s</td></tr>`;
    },
  );
  return html`<table><caption>Coverage by environment, seconds of the period</caption><thead><tr><th scope="col">Environment</th><th scope="col">History begins at</th><th scope="col">Proven without a gap until</th><th scope="col" class="n">Open</th><th scope="col" class="n">Blind</th><th scope="col" class="n">Unreadable</th></tr></thead><tbody>${rows}</tbody></table>`;
}

function gapsTable({ proof }: Report, clock: LocalClock): Html {
  if (proof.gaps.length === 0)
    return html`<p>There is no gap between the beginning of history and the end of the period.</p>`;
  const rows = proof.gaps.map(
    ({ envId, envName, fromMs, toMs, state }) =>
      html`<tr><td>${envName || envId}</td><td class="t">${clock.text(fromMs)}</td><td class="t">${clock.text(toMs)}</td><td class="n">${lengthText(toMs - fromMs)}</td><td>${states[state] ?? state}</td></tr>`,
  );
  return html`<table><caption>Every gap</caption><thead><tr><th scope="col">Environment</th><th scope="col">From</th><th scope="col">To</th><th scope="col" class="n">Length</th><th scope="col">Why</th></tr></thead><tbody>${rows}</tbody></table>`;
}

function sealsPart({ proof }: Report, clock: LocalClock): Html {
  const { complete, empty } = proof.sealed;
  const said = html`<p>An hour is sealed once all of it is proven and everything that was listed is stored. Of the period ${countText(complete, 'hour')} ${complete === 1 ? 'is' : 'are'} sealed as complete and ${countText(empty, 'hour')} as empty.</p>`;
  if (proof.unsealed.length === 0) return said;
  const rows = proof.unsealed.map(
    ({ envId, envName, fromMs, toMs, why }) =>
      html`<tr><td>${envName || envId}</td><td class="t">${clock.text(fromMs)}</td><td class="t">${clock.text(toMs)}</td><td class="n">${numberText((toMs - fromMs) / 3_600_000)}</td><td>${why}</td></tr>`,
  );
  return html`${said}<table><caption>Hours that are not sealed as complete</caption><thead><tr><th scope="col">Environment</th><th scope="col">From</th><th scope="col">To</th><th scope="col" class="n">Hours</th><th scope="col">Why</th></tr></thead><tbody>${rows}</tbody></table>`;
}

export function coverageSection(report: Report): Html {
  const clock = new LocalClock(report.scope.timeZone);
  const { coverage, atMs } = report.proof;
  return html`<section id="coverage"><h2>Coverage and gaps</h2>
<p>As of ${clock.text(atMs)}, before the rows were read.</p>
${coverage.length === 0 ? html`<p>Nothing was ever read of the environments in scope.</p>` : html`${environmentsTable(report, clock)}<h3>Gaps</h3>${gapsTable(report, clock)}<h3>Sealed hours</h3>${sealsPart(report, clock)}`}</section>`;
}
