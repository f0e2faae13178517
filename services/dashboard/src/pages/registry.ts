import type { ComponentType } from 'preact';
import type { IconName } from '../components/icon.tsx';
import type { AccessLevel } from '../state/access.ts';

export interface PageProps {
  /** The named parts of the path. */
  readonly parts: Readonly<Record<string, string>>;
}

export interface PageEntry {
  /** `:name` stands for one part of a path. */
  readonly pattern: string;
  readonly title: string;
  /** Loaded when it is shown first, so that a page costs those who do not look at it nothing. */
  readonly load: () => Promise<{ readonly default: ComponentType<PageProps> }>;
  /** Where it begins when the address says nothing. Default `-24h`. */
  readonly usualFrom?: string;
  /** Whether the range, the filters and the environments at the top mean something here. Default: they do. */
  readonly hasView?: boolean;
  /** Whether the filters do, where the others do. Default: yes. */
  readonly hasFilters?: boolean;
  /** Offered at the side; `keys` go there after `g`. */
  readonly nav?: { readonly icon: IconName; readonly group: string; readonly keys: string };
  /** The least level of a token that is offered the page. Default `read`. */
  readonly needs?: AccessLevel;
}

/** Every page; a new one is a file beside this and a line here. */
export const pages: readonly PageEntry[] = [
  {
    pattern: '/',
    title: 'Overview',
    load: () => import('./overview.tsx'),
    nav: { icon: 'overview', group: 'Watch', keys: 'o' },
  },
  {
    pattern: '/investigate',
    title: 'Investigate',
    load: () => import('./investigate.tsx'),
    usualFrom: '-7d',
    nav: { icon: 'investigate', group: 'Watch', keys: 'i' },
  },
  {
    pattern: '/alerts',
    title: 'Alerts',
    load: () => import('./alerts.tsx'),
    usualFrom: '-7d',
    hasFilters: false,
    nav: { icon: 'alerts', group: 'Watch', keys: 'l' },
  },
  { pattern: '/alerts/:id', title: 'Alert', load: () => import('./alert.tsx'), hasView: false },
  {
    pattern: '/decisions',
    title: 'Decisions',
    load: () => import('./decisions.tsx'),
    nav: { icon: 'decisions', group: 'Look up', keys: 'd' },
  },
  { pattern: '/decisions/:id', title: 'Decision', load: () => import('./decision.tsx'), hasView: false },
  { pattern: '/agents/:key', title: 'Agent', load: () => import('./agent.tsx'), usualFrom: '-7d' },
  { pattern: '/humans/:key', title: 'Human', load: () => import('./human.tsx'), usualFrom: '-7d' },
  { pattern: '/servers/:key', title: 'Server', load: () => import('./server.tsx'), usualFrom: '-7d' },
  {
    pattern: '/agents',
    title: 'Agents',
    load: () => import('./agents.tsx'),
    nav: { icon: 'agents', group: 'Look up', keys: 'a' },
  },
  {
    pattern: '/humans',
    title: 'Humans',
    load: () => import('./humans.tsx'),
    nav: { icon: 'humans', group: 'Look up', keys: 'h' },
  },
  {
    pattern: '/servers',
    title: 'Servers',
    load: () => import('./servers.tsx'),
    nav: { icon: 'servers', group: 'Look up', keys: 's' },
  },
  {
    pattern: '/coverage',
    title: 'Coverage',
    load: () => import('./coverage.tsx'),
    usualFrom: '-30d',
    hasFilters: false,
    nav: { icon: 'coverage', group: 'Prove', keys: 'c' },
  },
  {
    pattern: '/report',
    title: 'Report',
    load: () => import('./report.tsx'),
    usualFrom: '-30d',
    hasFilters: false,
    needs: 'export',
    nav: { icon: 'report', group: 'Prove', keys: 'r' },
  },
  {
    pattern: '/rules',
    title: 'Rules',
    load: () => import('./rules.tsx'),
    hasView: false,
    nav: { icon: 'rules', group: 'Set up', keys: 'u' },
  },
  {
    pattern: '/silences',
    title: 'Silences',
    load: () => import('./silences.tsx'),
    hasView: false,
    nav: { icon: 'pause', group: 'Set up', keys: 'q' },
  },
];

export const groups: readonly string[] = ['Watch', 'Look up', 'Prove', 'Set up'];
