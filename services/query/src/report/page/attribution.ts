import { certainties } from '@custody/decision';
import { type Html, html } from '../../html/html.ts';
import type { Report } from '../report.ts';
import { noCounts } from '../tally.ts';
import { countText, numberCell, numberText, shareText } from './text.ts';

const meanings: Readonly<Record<string, string>> = {
  exact:
    'One human’s consent covers the moment, and grants were read before and after it without a change between; or the decision’s own evidence names the human.',
  inferred: 'One human fits, but the moment itself was not observed.',
  ambiguous: 'Several humans fit. None is named; all of them are listed as candidates.',
  unknown: 'No human fits: no consent of the moment is known.',
  none: 'No human is involved.',
};

export function attributionSection({ tally }: Report): Html {
  const { total, possible } = tally;
  const rows = certainties.flatMap((name) => {
    const { decisions, deny } = tally.byAttribution.get(name) ?? noCounts();
    if (decisions === 0) return [];
    return [
      html`<tr><th scope="row">${name}</th>${numberCell(decisions)}<td class="n">${shareText(decisions, total.decisions)}</td>${numberCell(deny)}<td>${meanings[name] ?? ''}</td></tr>`,
    ];
  });
  const apart =
    possible.decisions === 0
      ? html``
      : html`<h3>Apart: decisions that may be in scope</h3><p>Of ${countText(possible.decisions, 'decision')} (${numberText(possible.allow)} allowed, ${numberText(possible.deny)} denied, ${numberText(possible.unknown)} not told) several humans may be behind, the one in scope among them. They are in the files with <code>possible</code> set, and in no other figure of this page.</p>`;
  return html`<section id="certainty"><h2>Certainty of attribution</h2>
<p>A decision names its caller. The human who had authorized that agent at that moment is found from consents and ceilings as they were then; this is how sure that is.</p>
${rows.length === 0 ? html`<p>There is no decision to attribute.</p>` : html`<table><caption>Decisions by certainty</caption><thead><tr><th scope="col">Certainty</th><th scope="col" class="n">Decisions</th><th scope="col" class="n">Share</th><th scope="col" class="n">Denied</th><th scope="col">Meaning</th></tr></thead><tbody>${rows}</tbody><tfoot><tr><th scope="row">All</th>${numberCell(total.decisions)}<td></td>${numberCell(total.deny)}<td></td></tr></tfoot></table>`}${apart}</section>`;
}
