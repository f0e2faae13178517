import { type ComponentChildren, Fragment } from 'preact';
import { useState } from 'preact/hooks';
import { Empty } from './states.tsx';

export interface Column<Row> {
  readonly name: string;
  readonly show: (row: Row) => ComponentChildren;
  readonly isNumber?: boolean;
  /** What the column is ordered by; without it, it is not. */
  readonly order?: (row: Row) => number | string;
  /** On hover. */
  readonly title?: string;
  /** Cut off where there is no room, instead of being wrapped. */
  readonly isCut?: boolean;
}

interface DataTableProps<Row> {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  /** Says that there is nothing. */
  readonly none: string;
  /** Shown at first; the rest on request, so that a table of thousands costs nothing. */
  readonly most?: number;
  /** Beneath a row, over all columns. */
  readonly under?: (row: Row) => ComponentChildren;
}

type Ordering = { readonly name: string; readonly isDescending: boolean } | null;

function ordered<Row>(rows: readonly Row[], columns: readonly Column<Row>[], by: Ordering): readonly Row[] {
  const order = columns.find(({ name }) => name === by?.name)?.order;
  if (order === undefined || by === null) return rows;
  const sign = by.isDescending ? -1 : 1;
  return rows.toSorted((a, b) => {
    const [one, other] = [order(a), order(b)];
    return one === other ? 0 : sign * (one < other ? -1 : 1);
  });
}

function Head<Row>({ column, by, onOrder }: { column: Column<Row>; by: Ordering; onOrder: () => void }) {
  const isBy = by?.name === column.name;
  const sort = isBy ? (by.isDescending ? 'descending' : 'ascending') : undefined;
  return (
    <th scope="col" class={column.isNumber ? 'number' : ''} title={column.title} aria-sort={sort}>
      {column.order === undefined ? (
        column.name
      ) : (
        <button type="button" class="order" onClick={onOrder}>
          {column.name}
          <span aria-hidden="true">{isBy ? (by.isDescending ? ' ↓' : ' ↑') : ''}</span>
        </button>
      )}
    </th>
  );
}

/** Rows with a heading, ordered by whichever column is pressed. */
export function DataTable<Row>({ caption, columns, rows, keyOf, none, most = 50, under }: DataTableProps<Row>) {
  const [by, setBy] = useState<Ordering>(null);
  const [shown, setShown] = useState(most);
  if (rows.length === 0) return <Empty title={none} />;
  const order = ({ name, isNumber = false }: Column<Row>) =>
    setBy(by?.name === name ? { name, isDescending: !by.isDescending } : { name, isDescending: isNumber });
  const visible = ordered(rows, columns, by).slice(0, shown);
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard */}
      <section class="table-scroll" aria-label={`${caption}: table`} tabIndex={0}>
        <table class="rows">
          <caption class="hidden-visually">{caption}</caption>
          <thead>
            <tr>
              {columns.map((column) => (
                <Head key={column.name} column={column} by={by} onOrder={() => order(column)} />
              ))}
            </tr>
          </thead>
          <tbody>
            {visible.map((row) => {
              const below = under?.(row);
              return (
                <Fragment key={keyOf(row)}>
                  <tr>
                    {columns.map(({ name, show, isNumber, isCut }) => (
                      <td key={name} class={isNumber ? 'number' : isCut ? 'cut' : ''}>
                        {show(row)}
                      </td>
                    ))}
                  </tr>
                  {below}
                </Fragment>
              );
            })}
          </tbody>
        </table>
      </section>
      {rows.length > shown && (
        <button type="button" class="button is-quiet" onClick={() => setShown(shown + 4 * most)}>
          Show more ({rows.length - shown} left)
        </button>
      )}
    </>
  );
}
