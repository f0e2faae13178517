import { DecisionsPanel } from '../decisions/decisions-panel.tsx';
import { useView } from '../state/view.ts';

/** Decisions of the range, each a line; the filters above narrow them at once. */
export default function Decisions() {
  return (
    <div class="page">
      <h1>Decisions</h1>
      <DecisionsPanel view={useView()} title="Decisions of the range" />
    </div>
  );
}
