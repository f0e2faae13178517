import { session } from '../api/session.ts';
import { Copy } from '../components/copy.tsx';
import { Panel } from '../components/panel.tsx';
import { FileLink } from '../files/file-link.tsx';
import { canStream } from '../files/save-stream.ts';
import { me, useMay } from '../state/access.ts';
import { useStore } from '../state/store.ts';
import type { View } from '../state/view.ts';
import { reportCommand, reportHref } from './report-query.ts';

const files = [
  [
    'report.html',
    'to read and to print: totals, denials with what would have let them pass, agents, humans, certainty',
  ],
  ['decisions.csv, decisions.parquet', 'every decision, a row each'],
  ['access-changes.csv', 'consents, maximums and tool levels that changed'],
  ['manifest.json', 'what the report is of, what is proven of it, and the SHA-256 of each file'],
] as const;

/** The report as a file, and how to have it without a browser. */
export function ReportDownload({ view }: { readonly view: View }) {
  const isOffered = useMay('export');
  const { token } = useStore(session);
  const isDemo = useStore(me)?.demo === true;
  const href = reportHref(view);
  const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);
  const name = `${isDemo ? 'DEMO-' : ''}custody-report-${day(view.span.fromMs)}-${day(view.span.toMs)}.zip`;
  const command = reportCommand(view);
  return (
    <Panel title="The report" class="is-report">
      <dl class="facts is-files">
        {files.map(([file, what]) => (
          <div key={file}>
            <dt class="mono">{file}</dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <p class="report-act">
        {!isOffered ? (
          <span class="note is-warn">The file needs a token of the scope export; the preview does not.</span>
        ) : (
          <FileLink href={href} name={name} class="is-main">
            Download the zip
          </FileLink>
        )}
      </p>
      {token !== null && !canStream && (
        <p class="quiet small">
          This browser keeps the file in memory until it is whole. For a large one use the command below.
        </p>
      )}
      <p class="quiet small">The same from a command line, which checks every digest before it keeps the file:</p>
      <p class="command">
        <code class="wrap">{command}</code>
        <Copy text={command} what="the command" />
      </p>
    </Panel>
  );
}
