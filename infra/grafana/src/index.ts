export { type Dashboard, dashboardModel } from './dashboard.ts';
export { agent } from './dashboards/agent.ts';
export { human } from './dashboards/human.ts';
export { overview } from './dashboards/overview.ts';
export { pipeline } from './dashboards/pipeline.ts';
export { server } from './dashboards/server.ts';
export { dataSource } from './panel.ts';
