import { certaintyWords, words } from '../format/names.ts';
import { CountedTable } from '../reports/counted-table.tsx';
import { ProofNotes } from '../reports/proof-notes.tsx';
import { ReportDownload } from '../reports/report-download.tsx';
import { ReportFigures } from '../reports/report-figures.tsx';
import { scopedView } from '../reports/report-query.ts';
import { ScopeForm } from '../reports/scope-form.tsx';
import { useView } from '../state/view.ts';

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** What an auditor is given: of when and whom, what will be in it, how far it is proven, and the file. */
export default function Report() {
  const view = scopedView(useView('-30d'));
  return (
    <div class="page">
      <h1>Compliance report</h1>
      <ScopeForm view={view} />
      <ReportFigures view={view} />
      <div class="columns">
        <ProofNotes view={view} />
        <CountedTable
          view={view}
          title="Denials by reason"
          by="reason_code"
          counts="denials"
          name="Reason"
          none="Nothing was denied"
          text={(code) => capital(words(code) || 'not said')}
        />
        <CountedTable
          view={view}
          title="How sure the human is"
          by="attribution"
          counts="decisions"
          name="Certainty"
          none="Nothing was decided"
          text={(certainty) => capital(certaintyWords[certainty] ?? certainty)}
        />
      </div>
      <ReportDownload view={view} />
    </div>
  );
}
