import { useState } from 'preact/hooks';
import { fetchWithToken } from '../api/api.ts';
import { Icon } from '../components/icon.tsx';
import { useMay } from '../state/access.ts';
import { questionOf, type View } from '../state/view.ts';

const formats = ['csv', 'ndjson', 'parquet'] as const;

/** Has the browser keep a file that a link could not ask for: links carry no token. */
async function download(url: string, name: string): Promise<string> {
  const response = await fetchWithToken(new Request(url));
  if (!response.ok) {
    const body = (await response.json().catch(() => null)) as { detail?: string } | null;
    return body?.detail ?? `HTTP ${response.status}`;
  }
  const link = document.createElement('a');
  link.href = URL.createObjectURL(await response.blob());
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
  return '';
}

/** The decisions of a view as files; not offered to tokens that may not have them. */
export function Exports({ view }: { readonly view: View }) {
  const isOffered = useMay('export');
  const [note, setNote] = useState('');
  if (!isOffered) return null;
  const get = async (format: string) => {
    setNote(`Preparing ${format}…`);
    const query = new URLSearchParams({ ...questionOf(view), format });
    setNote(await download(`/v1/decisions?${query}`, `decisions.${format}`).catch(() => 'The file broke off.'));
  };
  return (
    <>
      {note !== '' && <span role="status">{note}</span>}
      {formats.map((format) => (
        <button
          type="button"
          key={format}
          class="button is-quiet"
          title={`All of them as ${format}`}
          onClick={() => get(format)}
        >
          <Icon name="download" /> {format.toUpperCase()}
        </button>
      ))}
    </>
  );
}
