/** Identifies the data source in every panel, as `provisioning/datasources` names it. */
export const dataSource = { type: 'grafana-clickhouse-datasource', uid: 'custody' } as const;

/** How a number is written: a share of one, seconds, or plain. */
export type Unit = 'percentunit' | 's' | 'short' | 'rps';

/** What a panel asks the store and how it shows it. `w` of 24 columns, `h` in rows of 30 pixels. */
export interface Panel {
  readonly kind: 'stat' | 'series' | 'bars' | 'table';
  readonly title: string;
  /** Shown on hover: what is counted, in words. */
  readonly about: string;
  /** With the macros of the data source's plugin. */
  readonly sql: string;
  readonly w: number;
  readonly h: number;
  readonly unit?: Unit;
  readonly stacked?: boolean;
  /** The shortest bucket of a series; decisions by the hour have none shorter. */
  readonly minInterval?: '1h' | '1m';
  /** Colours by the name of a field; denials are never green. */
  readonly colors?: Readonly<Record<string, string>>;
  /** The value from which on it is orange, and red. */
  readonly alarm?: readonly [orange: number, red: number];
}

/** As the plugin numbers what a statement's rows are. */
const formats = { series: 0, table: 1 } as const;
const types = { stat: 'stat', series: 'timeseries', bars: 'bargauge', table: 'table' } as const;

function thresholds({ alarm, kind }: Panel): object {
  const [orange, red] = alarm ?? [];
  const calm = kind === 'bars' ? 'semi-dark-red' : 'text';
  const steps = [
    { color: alarm === undefined ? calm : 'green', value: null },
    ...(orange === undefined ? [] : [{ color: 'orange', value: orange }]),
    ...(red === undefined ? [] : [{ color: 'red', value: red }]),
  ];
  return { mode: 'absolute', steps };
}

function overrides({ colors = {} }: Panel): object[] {
  return Object.entries(colors).map(([name, fixedColor]) => ({
    matcher: { id: 'byName', options: name },
    properties: [{ id: 'color', value: { mode: 'fixed', fixedColor } }],
  }));
}

function optionsOf({ kind }: Panel): object {
  const all = { calcs: ['lastNotNull'], fields: '', values: false };
  const options = {
    stat: { colorMode: 'value', graphMode: 'none', textMode: 'auto', reduceOptions: all },
    series: {
      legend: { displayMode: 'list', placement: 'bottom', showLegend: true },
      tooltip: { mode: 'multi', sort: 'desc' },
    },
    bars: {
      displayMode: 'basic',
      orientation: 'horizontal',
      showUnfilled: true,
      reduceOptions: { ...all, calcs: [], values: true },
    },
    table: { showHeader: true, cellHeight: 'sm' },
  };
  return options[kind];
}

function customOf({ kind, stacked = false }: Panel): object {
  if (kind !== 'series') return {};
  const stacking = { mode: stacked ? 'normal' : 'none', group: 'A' };
  // Empty buckets are drawn as a gap and not as a line across: nothing happened is not something happened.
  return { custom: { drawStyle: stacked ? 'bars' : 'line', fillOpacity: stacked ? 80 : 10, lineWidth: 1, stacking } };
}

/** A panel as Grafana's dashboard model has it, at a place of the grid. */
export function panelModel(panel: Panel, id: number, place: { readonly x: number; readonly y: number }): object {
  const { kind, title, about, sql, w, h, unit = 'short', minInterval } = panel;
  const isSeries = kind === 'series';
  return {
    ...{ id, title, description: about, type: types[kind], datasource: dataSource },
    gridPos: { w, h, ...place },
    ...(minInterval && { interval: minInterval }),
    fieldConfig: {
      defaults: {
        unit,
        color: { mode: isSeries ? 'palette-classic' : 'thresholds' },
        thresholds: thresholds(panel),
        ...customOf(panel),
      },
      overrides: overrides(panel),
    },
    options: optionsOf(panel),
    targets: [
      {
        ...{ refId: 'A', datasource: dataSource, editorType: 'sql', rawSql: sql },
        ...{ queryType: isSeries ? 'timeseries' : 'table', format: isSeries ? formats.series : formats.table },
      },
    ],
  };
}
