import { DecisionBlock, type DecisionRow, writeDecisions } from '@custody/store';
import { expect, test } from 'vitest';
import { nowMs, rows } from '../../../services/up/test/questions-world.ts';
import { eventually } from '../../kit/eventually.ts';
import { type Dashboard, written } from '../kit/dashboard.ts';

/** Longer than a page of the last day shows what it has. */
const aWhileMs = 25_000;
const shown = 12;

/** Decisions of the last minute, each newer than the one before. */
function landing(count: number, first: number): DecisionRow[] {
  const [made] = rows;
  if (made === undefined) throw new Error('the documentation asks about decisions');
  return Array.from({ length: count }, (_, n) => {
    const id = `5c0f1e2d-0000-4000-9000-${(first + n).toString(16).padStart(12, '0')}`;
    const decision = { ...made.decision.decision, id, occurredAtMs: nowMs - 60_000 + 10 * (first + n) };
    return { ...made, decision: { ...made.decision, decision, ingestedAtMs: nowMs } };
  });
}

const idsOf = (landed: readonly DecisionRow[]) => landed.map(({ decision }) => decision.decision.id);

export function walkLive(dashboard: () => Dashboard): void {
  const land = (landed: readonly DecisionRow[]) => writeDecisions(dashboard().service.store, DecisionBlock.of(landed));

  /** Ids of the rows of the live decisions, from the top. */
  async function listed(): Promise<(string | undefined)[]> {
    const links = dashboard().panel('Live decisions').locator('tbody tr td:first-child a');
    const addresses = await links.evaluateAll((found) => found.map((link) => link.getAttribute('href') ?? ''));
    return addresses.map((address) => /^\/decisions\/([^?]+)/.exec(address)?.[1]);
  }

  /** Of the overview, which says it in full while it has less than a hundred thousand. */
  const counted = async () => Number((await dashboard().figure('Decisions'))?.replaceAll(',', ''));
  const total = (count: number) => dashboard().page.locator('[data-figure="Decisions"]').getByText(written(count));

  test('what lands while the page is open is listed at once, and in the totals when they are asked for again', async () => {
    const own = dashboard();
    const { page } = own;
    const tail = own.panel('Live decisions');
    await own.show('/', { from: '-24h' });
    const count = await counted();
    await tail.getByText(/^live · /).waitFor();
    // More than a page keeps, in a fixed number of rows, the newest first.
    const many = landing(600, 0);
    await land(many);
    await tail.locator(`a[href*="${idsOf(many).at(-1)}"]`).waitFor();
    expect(await listed()).toEqual(idsOf(many).slice(-shown).reverse());
    await page.clock.fastForward(aWhileMs);
    await total(count + 600).waitFor();
    // Held, the rows stand still and the totals go on; then nothing is missing.
    await page.keyboard.press('p');
    await tail.getByText(/^held · /).waitFor();
    const more = landing(3, 600);
    await land(more);
    await page.clock.fastForward(aWhileMs);
    await total(count + 603).waitFor();
    expect(await listed()).toEqual(idsOf(many).slice(-shown).reverse());
    await page.keyboard.press('p');
    await tail.locator(`a[href*="${idsOf(more).at(-1)}"]`).waitFor();
    expect(await listed()).toEqual([...idsOf(many), ...idsOf(more)].slice(-shown).reverse());
  });
  test('a page that nobody looks at follows and asks nothing, and has what landed as soon as somebody does', async () => {
    const own = dashboard();
    const { page } = own;
    const tail = own.panel('Live decisions');
    const look = (isHidden: boolean) =>
      page.evaluate(`{
        Object.defineProperty(document, 'hidden', { value: ${isHidden}, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
      }`);
    const followers = async () => {
      const metrics = await fetch(own.address('/metrics'));
      return /^custody_stream_clients(?:\{[^}]*\})? (\d+)$/m.exec(await metrics.text())?.[1];
    };
    await own.show('/', { from: '-24h' });
    await tail.getByText(/^live · /).waitFor();
    const count = await counted();
    expect(await followers()).toBe('1');
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await look(true);
    await page.clock.fastForward(2 * aWhileMs);
    await eventually(followers, (open) => open === '0');
    const landed = landing(2, 700);
    await land(landed);
    expect(asked).toEqual([]);
    await look(false);
    await total(count + 2).waitFor();
    await tail.locator(`a[href*="${idsOf(landed).at(-1)}"]`).waitFor();
    await tail.getByText(/^live · /).waitFor();
    expect((await listed()).slice(0, 2)).toEqual(idsOf(landed).reverse());
  });
}
