import { FileLink } from '../files/file-link.tsx';
import { useMay } from '../state/access.ts';
import { questionOf, type View } from '../state/view.ts';

const formats = ['csv', 'ndjson', 'parquet'] as const;

/** The decisions of a view as files, as they are answered; not offered to tokens that may not have them. */
export function Exports({ view }: { readonly view: View }) {
  const isOffered = useMay('export');
  if (!isOffered) return null;
  return (
    <>
      {formats.map((format) => (
        <FileLink
          key={format}
          class="is-quiet"
          href={`/v1/decisions?${new URLSearchParams({ ...questionOf(view), format })}`}
          name={`decisions.${format}`}
          title={`All of them as ${format}`}
        >
          {format.toUpperCase()}
        </FileLink>
      ))}
    </>
  );
}
