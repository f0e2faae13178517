import { html } from '../../html/html.ts';
import { LocalClock } from '../local-clock.ts';
import type { Report } from '../report.ts';
import { attributionSection } from './attribution.ts';
import { changesSection } from './changes.ts';
import { coverageSection } from './coverage.ts';
import { denialsSection } from './denials.ts';
import { filesSection } from './files.ts';
import { agentsSection, humansSection, serversSection } from './principals.ts';
import { style } from './style.ts';
import { scopeSection, subjectOf, totalsSection, verdictBox } from './summary.ts';

/** The page runs no script and loads nothing, whatever is in it. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

const contents = [
  ['scope', 'Scope and period'],
  ['totals', 'Totals'],
  ['denials', 'Denials'],
  ['humans', 'Humans'],
  ['agents', 'Agents'],
  ['servers', 'Servers'],
  ['changes', 'Changes of access'],
  ['certainty', 'Certainty of attribution'],
  ['coverage', 'Coverage and gaps'],
  ['files', 'Files and how this was made'],
] as const;

/** The report as one HTML page that needs nothing else, for a screen and for A4. */
export function renderReport(report: Report): string {
  const { scope, isDemo, readToMs } = report;
  const clock = new LocalClock(scope.timeZone);
  const period = `${clock.text(scope.range.fromMs).slice(0, 16)} to ${clock.text(scope.range.toMs).slice(0, 16)} (${scope.timeZone})`;
  const demo = html`<p class="demo" role="alert">DEMO: simulated decisions. This report is evidence of nothing.</p><div class="demo-mark" aria-hidden="true">DEMO</div>`;
  const page = html`<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}"><title>${isDemo ? 'DEMO: ' : ''}${subjectOf(report)}, ${period}</title>`;
  const body = html`</head><body>${isDemo ? demo : ''}<main><header><p class="brand">Custody · Compliance report</p><h1>${subjectOf(report)}</h1><p class="lead">${period}</p></header>
${verdictBox(report)}<nav aria-label="Contents"><ol>${contents.map(([id, text]) => html`<li><a href="#${id}">${text}</a></li>`)}</ol></nav>
${scopeSection(report)}${totalsSection(report)}${denialsSection(report)}${humansSection(report)}${agentsSection(report)}${serversSection(report)}${changesSection(report)}${attributionSection(report)}${coverageSection(report)}${filesSection(report)}
<footer>Made by Custody at ${clock.text(readToMs)} (${scope.timeZone}). Proven means equal to what Permit's API listed when it was read; it cannot show what a policy decision point never shipped to Permit.${isDemo ? ' DEMO: simulated decisions.' : ''}</footer></main></body></html>
`;
  return `<!doctype html>\n${page.text}<style>${style}</style>${body.text}`;
}
