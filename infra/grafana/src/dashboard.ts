import { dataSource, type Panel, panelModel } from './panel.ts';

/** A choice at the top of a dashboard, out of what a statement finds. */
export interface Choice {
  readonly name: string;
  readonly label: string;
  /** A column of values, or `__text` and `__value`. */
  readonly sql: string;
  /** Several, and all of them at first; one otherwise. */
  readonly many: boolean;
}

export interface Dashboard {
  /** Of its address and its file; never to change, since people keep the address. */
  readonly uid: string;
  readonly title: string;
  readonly about: string;
  /** Such as `now-7d`. */
  readonly from: string;
  readonly choices: readonly Choice[];
  /** From left to right and from top to bottom. */
  readonly panels: readonly Panel[];
}

const gridColumns = 24;

/** Places panels one after the other, as tall as the tallest of their row. */
function placed(panels: readonly Panel[]): object[] {
  let [x, y, tallest] = [0, 0, 0];
  return panels.map((panel, index) => {
    if (x + panel.w > gridColumns) [x, y, tallest] = [0, y + tallest, 0];
    const model = panelModel(panel, index + 1, { x, y });
    x += panel.w;
    tallest = Math.max(tallest, panel.h);
    return model;
  });
}

function choiceModel({ name, label, sql, many }: Choice): object {
  return {
    ...{ type: 'query', name, label, datasource: dataSource, query: sql, definition: sql },
    // On each change of the time range: who is listed is who was there.
    ...{ refresh: 2, sort: 0, hide: 0, skipUrlSync: false, multi: many, includeAll: many },
    ...(many && { current: { selected: true, text: ['All'], value: ['$__all'] } }),
  };
}

/** A dashboard as Grafana reads it from a file. */
export function dashboardModel({ uid, title, about, from, choices, panels }: Dashboard): object {
  return {
    ...{ uid: `custody-${uid}`, title: `Custody · ${title}`, description: about, tags: ['custody'] },
    ...{ schemaVersion: 39, version: 1, editable: false, graphTooltip: 1, timezone: 'browser', refresh: '1m' },
    time: { from, to: 'now' },
    links: [
      { type: 'dashboards', title: 'Custody', tags: ['custody'], asDropdown: true, keepTime: true, includeVars: true },
    ],
    templating: { list: choices.map(choiceModel) },
    annotations: { list: [] },
    panels: placed(panels),
  };
}
