import { LatestAlerts } from '../alerts/latest-alerts.tsx';
import { useTrends } from '../api/questions.ts';
import { AnswerPanel } from '../components/panel.tsx';
import { Skeleton } from '../components/states.tsx';
import { countMeasures } from '../format/counts.ts';
import { Figures } from '../overview/figures.tsx';
import { LiveTail } from '../overview/live-tail.tsx';
import { TopLists } from '../overview/top-lists.tsx';
import { TrendCharts } from '../overview/trend-charts.tsx';
import { bucketFor } from '../state/range.ts';
import { useView } from '../state/view.ts';

/** What happens now, and what is unlike before. */
export default function Overview() {
  const view = useView();
  const bucket = bucketFor(view.span);
  const trend = useTrends(view, { bucket, measures: countMeasures, compare: 'previous' });
  return (
    <div class="page overview">
      <h1 class="hidden-visually">Overview</h1>
      <Figures view={view} />
      <LatestAlerts view={view} />
      <AnswerPanel
        title="Decisions and denials"
        answer={trend}
        class="is-trend"
        skeleton={<Skeleton rows={3} height={7} />}
      >
        {(body) => <TrendCharts body={body} bucket={bucket} zone={view.zone} />}
      </AnswerPanel>
      <TopLists view={view} />
      <LiveTail view={view} />
    </div>
  );
}
