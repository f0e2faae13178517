import { type Html, html } from '../../html/html.ts';
import { LocalClock } from '../local-clock.ts';
import type { Report } from '../report.ts';
import type { ScopeFilter } from '../scope.ts';
import { countText, lengthText, numberText, shareText } from './text.ts';

const filterNames: Readonly<Record<ScopeFilter['name'], string>> = {
  human: 'Human',
  agent: 'Agent',
  server: 'Server',
  env: 'Environment',
};

/** The names that the rows give to keys of the scope. */
function namesOf({ tally }: Report, { name, keys, asked }: ScopeFilter): string {
  const known = name === 'human' ? tally.humans : name === 'agent' ? tally.agents : null;
  const all = keys.length > 0 ? keys : [asked];
  const found = all.map((key) => {
    const of = known?.get(key) ?? { name: '', email: '' };
    const about = [of.name, of.email].filter((text) => text !== '').join(', ');
    if (key === asked) return about;
    return about === '' ? key : `${key}: ${about}`;
  });
  return found.filter((text) => text !== '' && text !== asked).join('; ');
}

/** Who or what the report is about, for its title. */
export function subjectOf(report: Report): string {
  const human = report.scope.filters.find(({ name }) => name === 'human');
  const only = report.scope.filters.length === 1 ? report.scope.filters[0] : undefined;
  const nameOf = (filter: ScopeFilter, known: ReadonlyMap<string, { readonly name: string }>) =>
    known.get(filter.keys[0] ?? filter.asked)?.name || filter.asked;
  if (human !== undefined) return `Agent activity under the authority of ${nameOf(human, report.tally.humans)}`;
  if (only?.name === 'agent') return `Activity of the agent ${nameOf(only, report.tally.agents)}`;
  if (only?.name === 'server') return `Agent activity on ${only.asked}`;
  return report.scope.filters.length === 0 ? 'All agent activity' : 'Agent activity';
}

export function scopeSection(report: Report): Html {
  const { scope, proof, isDemo } = report;
  const clock = new LocalClock(scope.timeZone);
  const environments = proof.coverage.map(({ env_id, env_name }) =>
    env_name === env_id ? env_id : `${env_name} (${env_id})`,
  );
  return html`<section id="scope"><h2>Scope and period</h2><dl class="scope">
<dt>Period</dt><dd>${clock.text(scope.range.fromMs)} up to, not including, ${clock.text(scope.range.toMs)}</dd>
<dt>Time zone</dt><dd>${scope.timeZone}; every time on this page is local to it</dd>
${scope.filters.map((filter) => {
  const names = namesOf(report, filter);
  return html`<dt>${filterNames[filter.name]}</dt><dd>${filter.asked}${names === '' ? '' : html` <span class="key">${names}</span>`}</dd>`;
})}
${scope.filters.length === 0 ? html`<dt>Selection</dt><dd>everything: no agent, human or server was singled out</dd>` : ''}
<dt>${environments.length === 1 ? 'Environment' : 'Environments'}</dt><dd>${environments.join(', ') || 'none: nothing was read of any'}</dd>
<dt>Source</dt><dd>${isDemo ? 'DEMO: a simulated Permit API; no decision on this page is real' : 'the audit log of Permit, as its API listed it'}</dd>
<dt>Made at</dt><dd>${clock.text(report.readToMs)}</dd></dl></section>`;
}

/** What keeps the report from being complete and proven, in words. */
function shortcomings({ proof, scope, expired }: Report): Html[] {
  const clock = new LocalClock(scope.timeZone);
  const length = (state: string) =>
    proof.gaps.filter((gap) => gap.state === state).reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
  const [open, blind, unreadable] = [length('open'), length('blind'), length('unreadable')];
  const late = proof.coverage.filter(({ oldest }) => Date.parse(oldest) > scope.range.fromMs);
  const hours = proof.unsealed.reduce((sum, { fromMs, toMs }) => sum + (toMs - fromMs) / 3_600_000, 0);
  return [
    ...(proof.coverage.length === 0 ? [html`Nothing was ever read of the environments in scope.`] : []),
    ...late.map(
      ({ env_name, oldest }) =>
        html`History begins at ${clock.text(Date.parse(oldest))} in ${env_name}: of the time before nothing is known.`,
    ),
    ...(expired === null
      ? []
      : [
          html`Decisions from ${clock.text(Date.parse(expired.from))} to ${clock.text(Date.parse(expired.to))} expired under the retention in force: those that are gone are in no file.`,
        ]),
    ...(blind > 0 ? [html`${lengthText(blind)} should have been read and are not proven.`] : []),
    ...(unreadable > 0 ? [html`${lengthText(unreadable)} cannot be listed in full by the source.`] : []),
    ...(open > 0 ? [html`${lengthText(open)} are too young to be proven.`] : []),
    ...(scope.range.toMs > proof.atMs ? [html`The period ends in the future.`] : []),
    ...(hours > 0 ? [html`${countText(hours, 'hour')} ${hours === 1 ? 'is' : 'are'} not sealed as complete.`] : []),
  ];
}

export function verdictBox(report: Report): Html {
  const { proof, expired } = report;
  const isWhole = proof.isProven && proof.isSealed && expired === null;
  const found = shortcomings(report);
  const title = isWhole
    ? 'Proven and sealed: the whole period'
    : proof.isProven
      ? 'Proven, with reservations'
      : 'Not proven in full';
  return html`<section class="verdict${isWhole ? ' good' : ''}" aria-label="Proof"><strong>${title}</strong>
${found.length === 0 ? html`<p>Every second of the period was read, and every hour is sealed: what the source listed is what is stored.</p>` : html`<ul>${found.map((text) => html`<li>${text}</li>`)}</ul>`}
<p class="note">Proven means: equal to what Permit's API listed when it was read. It cannot show what a policy decision point never shipped to Permit.</p></section>`;
}

export function totalsSection({ tally, crossCheck }: Report): Html {
  const { total, possible } = tally;
  const humans = [...tally.humans.values()].filter(({ decisions }) => decisions > 0).length;
  const tools = [...tally.servers.values()].reduce((sum, server) => sum + server.tools.size, 0);
  const differs = crossCheck.decisions !== total.decisions || crossCheck.denials !== total.deny;
  const figure = (value: number, what: string, name = '') =>
    html`<li class="${name}"><b>${numberText(value)}</b><span>${what}</span></li>`;
  return html`<section id="totals"><h2>Totals</h2><ul class="figures">
${figure(total.decisions, 'decisions')}${figure(total.allow, `allowed, ${shareText(total.allow, total.decisions)}`)}${figure(total.deny, `denied, ${shareText(total.deny, total.decisions)}`, 'deny')}${figure(total.unknown, 'not told by the source')}
${figure(tally.agents.size, 'agents')}${figure(humans, 'humans')}${figure(tally.servers.size, 'servers')}${figure(tools, 'tools')}</ul>
${possible.decisions > 0 ? html`<p><strong>${countText(possible.decisions, 'further decision')} may be theirs</strong> although it is not known, ${numberText(possible.deny)} of them denied. They are counted in no other figure of this page; in the files they are marked in the column <code>possible</code>.</p>` : ''}
<p class="note">All counts are made of the very rows that are in the files, each read once${possible.decisions > 0 ? `: ${numberText(total.decisions + possible.decisions)} rows, of which ${numberText(possible.decisions)} are marked possible` : ''}.
A second count by other means, after the rows were written, gives ${countText(crossCheck.decisions, 'decision')} and ${countText(crossCheck.denials, 'denial')}: ${differs ? 'it differs. Decisions that arrived, or whose human became known, while the report was being made are in one count and not in the other; make the report again.' : 'the same.'}</p></section>`;
}
