import { useState } from 'preact/hooks';
import { Icon } from './icon.tsx';

/** Copies a text, and says so. */
export function Copy({ text, what }: { readonly text: string; readonly what: string }) {
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  };
  return (
    <button type="button" class="button is-quiet" onClick={copy} aria-label={`Copy ${what}`} title={`Copy ${what}`}>
      <Icon name="copy" /> {isCopied ? 'Copied' : 'Copy'}
    </button>
  );
}
