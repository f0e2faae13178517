import { findBrowser } from '@custody/browser';
import { builtPages } from '@custody/dashboard';
import { afterAll, afterEach, beforeAll, expect, onTestFailed } from 'vitest';
import { describeWithPart } from '../kit/optional-part.ts';
import { testVariables } from '../kit/test-variables.ts';
import { Dashboard } from './kit/dashboard.ts';
import { takePicture } from './kit/open-browser.ts';
import { walkAccess } from './walks/access.ts';
import { walkAlerts } from './walks/alerts.ts';
import { walkCoverage } from './walks/coverage.ts';
import { walkKeyboard } from './walks/keyboard.ts';
import { walkLive } from './walks/live.ts';
import { walkLooks } from './walks/looks.ts';
import { walkOverview } from './walks/overview.ts';
import { walkPermit } from './walks/permit.ts';
import { walkQuestions } from './walks/questions.ts';
import { walkReport } from './walks/report.ts';

/** The dashboard in a real browser: one store, one service, one page for all of it. */
const found = await findBrowser(testVariables.browser);

const noBrowser =
  'no Chromium starts: install one (apt-get install chromium), or name one with CUSTODY_TEST_BROWSER=/path/to/chromium';

describeWithPart('browser', found === null ? noBrowser : null, 'the dashboard', () => {
  let dashboard: Dashboard;

  beforeAll(async () => {
    if (found === null) return;
    const built = await builtPages();
    if (!('folder' in built)) throw new Error(built.missing);
    dashboard = await Dashboard.start(found, built.folder);
  }, 150_000);

  afterEach(({ task }) => {
    onTestFailed(() => takePicture(dashboard.page, `failed-${task.id}`));
    // Whatever the page complained of belongs to the test that made it.
    expect(dashboard.complaints.splice(0)).toEqual([]);
  });

  afterAll(() => dashboard?.stop());

  const given = () => dashboard;
  walkOverview(given);
  walkQuestions(given);
  walkKeyboard(given);
  walkCoverage(given);
  walkReport(given);
  walkAlerts(given);
  walkPermit(given);
  walkLooks(given);
  walkLive(given);
  // The last one: from then on a token is asked for.
  walkAccess(given);
});
