import { type FoundBrowser, settledPage } from '@custody/browser';
import axe from 'axe-core';
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { type QuestionsService, startQuestions } from '../../../services/up/test/questions-service.ts';
import { nowMs } from '../../../services/up/test/questions-world.ts';
import { type OpenBrowser, type OpenPage, openBrowser } from './open-browser.ts';

/** The page of an agent who has much to show. */
export const agentPath = `/agents/${encodeURIComponent('agent|4f2c7a10-8f5b-4d0e-9a51-0c2d7be1f001')}`;

export type Parameters = Readonly<Record<string, string>>;

const accessRules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** The dashboard in a real browser, on one page that stays open, over the store of the documentation's questions. */
export class Dashboard {
  readonly service: QuestionsService;
  readonly browser: OpenBrowser;
  readonly page: Page;
  /** What the page complained of so far. */
  readonly complaints: string[];

  private constructor(service: QuestionsService, browser: OpenBrowser, { page, complaints }: OpenPage) {
    this.service = service;
    this.browser = browser;
    this.page = page;
    this.complaints = complaints;
  }

  static async start(found: FoundBrowser, pages: string): Promise<Dashboard> {
    const [service, browser] = await Promise.all([startQuestions({ pages, isDemo: true }), openBrowser(found)]);
    return new Dashboard(service, browser, await browser.open(nowMs));
  }

  async stop(): Promise<void> {
    await this.browser.close();
    await this.service.stop();
  }

  address(path: string, parameters: Parameters = {}): string {
    const query = new URLSearchParams(parameters).toString();
    return `${this.service.url}${path}${query === '' ? '' : `?${query}`}`;
  }

  /** Shows an address, without loading the page anew where it is there already, and waits for all its answers. */
  async show(path: string, parameters: Parameters = {}): Promise<void> {
    const address = this.address(path, parameters);
    if (this.page.url().startsWith(this.service.url)) {
      const change = `history.pushState(null, '', ${JSON.stringify(address)}); dispatchEvent(new PopStateEvent('popstate')); scrollTo(0, 0)`;
      await this.page.evaluate(`{ ${change} }`);
    } else await this.page.goto(address);
    await this.settle();
  }

  /** Waits until everything that the page asked is answered and drawn. */
  async settle(page = this.page): Promise<void> {
    await page.waitForSelector(settledPage, { state: 'attached' });
  }

  /** Presses something of the page, and waits for what it leads to. */
  async press(target: Locator): Promise<void> {
    await target.click();
    await this.settle();
  }

  /** A panel by its heading. */
  panel(title: string): Locator {
    return this.page.locator(`section.panel[aria-label="${title}"]`);
  }

  /** A number of the overview, as it is written. */
  async figure(name: string, page = this.page): Promise<string | null> {
    return page.locator(`[data-figure="${name}"]`).textContent();
  }

  /** The cells of a panel's rows as texts. */
  async cells(title: string): Promise<string[][]> {
    const rows = await this.panel(title).locator('tbody tr').all();
    return Promise.all(rows.map(async (row) => (await row.locator('th, td').allInnerTexts()).map(oneLine)));
  }

  /** What the store itself says, asked past the API. */
  async rows<Row>(sql: string): Promise<Row[]> {
    return (await this.service.store.select('oracle', sql, {})) as Row[];
  }

  /** No violation of WCAG 2.2 A and AA, as far as a machine can tell; of another theme, only its contrasts are other ones. */
  async expectAccessible(what: 'everything' | 'contrasts' = 'everything'): Promise<void> {
    if (!(await this.page.evaluate("'axe' in window"))) await this.page.evaluate(axe.source);
    const runOnly = what === 'everything' ? accessRules : { type: 'rule', values: ['color-contrast'] };
    const told =
      "({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html, failureSummary }) => html.slice(0, 160) + ' ' + failureSummary).join(' | '))";
    const options = JSON.stringify({ runOnly, resultTypes: ['violations'] });
    const found = await this.page.evaluate(`axe.run(document, ${options}).then(${told})`);
    expect({ at: this.page.url(), found }).toEqual({ at: this.page.url(), found: [] });
  }
}

export function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

/** As the page writes a count. */
export function written(count: number | string | undefined): string {
  return new Intl.NumberFormat('en-US').format(Number(count));
}
