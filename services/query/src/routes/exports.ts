import { ExportSlots } from '../export/export-slots.ts';
import { addComplianceReport } from './compliance-report.ts';
import { addExportOfDecisions } from './export-decisions.ts';
import type { App, RouteParts } from './route.ts';

/** What streams for long: exports of decisions, and reports. Exports share a path with the list of decisions. */
export function addExports(app: App, parts: RouteParts): void {
  const slots = new ExportSlots();
  addExportOfDecisions(app, parts, slots);
  addComplianceReport(app, parts, slots);
}
