/**
 * A real Chromium to look at the dashboard with: found on the machine or taken from the workspace, and started without a window.
 *
 * Promises: nothing is downloaded, a directory of its own that goes with it. For tests and benchmarks only: no service needs it.
 */
export { type FoundBrowser, findBrowser } from './find-browser.ts';
export { launchBrowser } from './launch-browser.ts';
export { settledPage } from './settled-page.ts';
