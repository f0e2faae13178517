import { type MeasuredRow, useAggregate } from '../api/questions.ts';
import { DataTable } from '../components/data-table.tsx';
import { AnswerPanel } from '../components/panel.tsx';
import { Skeleton } from '../components/states.tsx';
import { exact, percent } from '../format/numbers.ts';
import { hrefTo, type View } from '../state/view.ts';

interface CountedTableProps {
  readonly view: View;
  readonly title: string;
  readonly by: 'reason_code' | 'attribution';
  readonly counts: 'decisions' | 'denials';
  readonly name: string;
  readonly none: string;
  readonly text: (value: string) => string;
}

/** How many of the view there are of each reason or certainty, with their shares. */
export function CountedTable({ view, title, by, counts, name, none, text }: CountedTableProps) {
  const onlyDenied = counts === 'denials' ? { decision: 'deny' } : {};
  const answer = useAggregate(view, { group_by: by, measures: counts, order: `-${counts}`, ...onlyDenied });
  const count = (row: MeasuredRow) => Number(row[counts] ?? 0);
  return (
    <AnswerPanel title={title} answer={answer} skeleton={<Skeleton rows={5} />}>
      {({ data }) => {
        const total = data.reduce((sum, row) => sum + count(row), 0);
        return (
          <DataTable<MeasuredRow>
            caption={title}
            rows={data}
            keyOf={(row) => String(row[by])}
            none={none}
            columns={[
              {
                name,
                show: (row) => (
                  <a href={hrefTo('/decisions', { ...view.filters, ...onlyDenied, [by]: String(row[by]) })}>
                    {text(String(row[by]))}
                  </a>
                ),
              },
              { name: counts === 'denials' ? 'Denied' : 'Decisions', isNumber: true, show: (row) => exact(count(row)) },
              { name: 'Share', isNumber: true, show: (row) => percent(total === 0 ? null : count(row) / total) },
            ]}
          />
        );
      }}
    </AnswerPanel>
  );
}
