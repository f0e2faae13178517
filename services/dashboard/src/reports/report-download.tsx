import { useRef, useState } from 'preact/hooks';
import { session } from '../api/session.ts';
import { Copy } from '../components/copy.tsx';
import { Icon } from '../components/icon.tsx';
import { Panel } from '../components/panel.tsx';
import { me, useMay } from '../state/access.ts';
import { useStore } from '../state/store.ts';
import type { View } from '../state/view.ts';
import { reportCommand, reportHref } from './report-query.ts';
import { canStream, saveStream } from './save-stream.ts';

const files = [
  [
    'report.html',
    'to read and to print: totals, denials with what would have let them pass, agents, humans, certainty',
  ],
  ['decisions.csv, decisions.parquet', 'every decision, a row each'],
  ['access-changes.csv', 'consents, maximums and tool levels that changed'],
  ['manifest.json', 'what the report is of, what is proven of it, and the SHA-256 of each file'],
] as const;

function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

interface SaveProps {
  readonly href: string;
  readonly name: string;
}

/** With a token: fetched, since a link carries none, and written to the file as it comes where the browser lets us. */
function SaveButton({ href, name }: SaveProps) {
  const [note, setNote] = useState('');
  const [isSaving, setSaving] = useState(false);
  const leave = useRef<AbortController | null>(null);
  const save = async () => {
    leave.current = new AbortController();
    setSaving(true);
    setNote('');
    const onBytes = (bytes: number) => setNote(`${megabytes(bytes)} so far`);
    try {
      await saveStream({ url: href, name, signal: leave.current.signal, onBytes });
      setNote('Saved whole.');
    } catch (error) {
      const isLeft = error instanceof DOMException && error.name === 'AbortError';
      setNote(isLeft ? 'Not saved.' : `Not saved: ${error instanceof Error ? error.message : String(error)}`);
    }
    setSaving(false);
  };
  return (
    <>
      <button type="button" class="button is-main" disabled={isSaving} onClick={save}>
        <Icon name="download" /> {isSaving ? 'Saving…' : 'Download the zip'}
      </button>
      {isSaving && (
        <button type="button" class="button is-quiet" onClick={() => leave.current?.abort()}>
          Cancel
        </button>
      )}
      <span role="status">{note}</span>
      {!canStream && (
        <p class="quiet small">
          This browser keeps the file in memory until it is whole. For a large one use the command below.
        </p>
      )}
    </>
  );
}

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
        ) : token === null ? (
          <a class="button is-main" href={href} download={name}>
            <Icon name="download" /> Download the zip
          </a>
        ) : (
          <SaveButton href={href} name={name} />
        )}
      </p>
      <p class="quiet small">The same from a command line, which checks every digest before it keeps the file:</p>
      <p class="command">
        <code class="wrap">{command}</code>
        <Copy text={command} what="the command" />
      </p>
    </Panel>
  );
}
