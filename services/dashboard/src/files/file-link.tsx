import type { ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { session } from '../api/session.ts';
import { Icon } from '../components/icon.tsx';
import { useStore } from '../state/store.ts';
import { canStream, saveStream } from './save-stream.ts';

interface FileLinkProps {
  readonly href: string;
  /** What the file is called. */
  readonly name: string;
  readonly class: string;
  readonly title?: string;
  readonly children: ComponentChildren;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** With a token: fetched, since a link carries none, and written to the file as it comes where the browser lets us. */
function SaveButton({ href, name, class: own, title, children }: FileLinkProps) {
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
  const inMemory = canStream ? '' : 'This browser keeps the file in memory until it is whole.';
  return (
    <>
      <button
        type="button"
        class={`button ${own}`}
        title={[title, inMemory].filter(Boolean).join('. ')}
        disabled={isSaving}
        onClick={save}
      >
        <Icon name="download" /> {isSaving ? 'Saving…' : children}
      </button>
      {isSaving && (
        <button type="button" class="button is-quiet" onClick={() => leave.current?.abort()}>
          Cancel
        </button>
      )}
      <span role="status">{note}</span>
    </>
  );
}

/** A file of any size: a plain link, which the browser follows by itself, wherever no token is asked for. */
export function FileLink(props: FileLinkProps) {
  const { token } = useStore(session);
  if (token !== null) return <SaveButton {...props} />;
  const { href, name, class: own, title, children } = props;
  return (
    <a class={`button ${own}`} href={href} download={name} title={title}>
      <Icon name="download" /> {children}
    </a>
  );
}
