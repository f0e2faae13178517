import { type Html, html } from '../../html/html.ts';
import type { Report } from '../report.ts';
import type { Reason } from '../tally.ts';
import { countText, numberCell, numberText, shareText } from './text.ts';

/** What a reason code says, in general words; the files have the reason of each decision. */
const meanings: Readonly<Record<string, string>> = {
  no_permission: 'No role permitted the tool',
  user_not_synced: 'The caller was not known to Permit',
  no_such_resource: 'The server was not known to the policy',
  no_such_action: 'The tool was not known to the policy',
  no_such_tenant: 'The tenant was not known',
  no_role_in_tenant: 'The caller had no role in the tenant',
  no_user_roles: 'The caller had no role',
  no_graph_roles: 'The caller had no role on the server',
  no_matching_usersets: 'No user set of the policy fitted',
  no_matching_resourcesets: 'No resource set of the policy fitted',
  no_matching_rules: 'No rule of the policy fitted',
  disabled: 'Disabled in the policy',
  other: 'For a reason of Permit’s own wording',
};

const mostRemedies = 12;

function remediesCell({ remedies, others }: Reason): Html {
  const all = [...remedies].sort(([, one], [, other]) => other - one);
  const shown = all.slice(0, mostRemedies);
  const rest = all.slice(mostRemedies);
  const restDenials = rest.reduce((sum, [, denials]) => sum + denials, others);
  const more =
    restDenials === 0
      ? html``
      : html`<li>${others === 0 ? countText(rest.length, 'further change') : 'further changes'}, for ${countText(restDenials, 'denial')}: see <code>remedy</code> in the files</li>`;
  return html`<td><ul>${shown.map(([text, denials]) => html`<li><b>${numberText(denials)} ×</b> ${text}</li>`)}${more}</ul></td>`;
}

export function denialsSection({ tally }: Report): Html {
  const reasons = [...tally.reasons].sort(([, one], [, other]) => other.denials - one.denials);
  if (reasons.length === 0) return html`<section id="denials"><h2>Denials</h2><p>No call was denied.</p></section>`;
  const rows = reasons.map(
    ([code, reason]) =>
      html`<tr><th scope="row">${meanings[code] ?? 'Without a reason'}<span class="key">${code}</span></th>${numberCell(reason.denials)}<td class="n">${shareText(reason.denials, tally.total.deny)}</td>${remediesCell(reason)}</tr>`,
  );
  return html`<section id="denials"><h2>Denials</h2>
<p>Why calls were denied, and what would have had to change for them to pass, as of each call's own time. Where a line names several changes, all of them were needed.</p>
<table><caption>Denials by reason</caption><thead><tr><th scope="col">Reason</th><th scope="col" class="n">Denials</th><th scope="col" class="n">Share</th><th scope="col">What would have let them pass</th></tr></thead>
<tbody>${rows}</tbody><tfoot><tr><th scope="row">All</th>${numberCell(tally.total.deny)}<td></td><td></td></tr></tfoot></table></section>`;
}
