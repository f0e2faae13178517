import { expect, test } from 'vitest';
import { nowMs } from '../../../services/up/test/questions-world.ts';
import type { Dashboard } from '../kit/dashboard.ts';
import type { OpenPage } from '../kit/open-browser.ts';
import { spikePath } from './alerts.ts';

interface Made {
  readonly id: string;
  readonly token: string;
}

export function walkAccess(dashboard: () => Dashboard): void {
  const tokens = (path: string, method: string, token: string, body?: object) =>
    fetch(`${dashboard().service.url}/v1/tokens${path}`, {
      method,
      headers: {
        ...(body && { 'content-type': 'application/json' }),
        ...(token && { authorization: `Bearer ${token}` }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
  const make = async (name: string, scope: string, token = '', part: object = {}) =>
    ((await (await tokens('', 'POST', token, { name, scope, ...part })).json()) as { data: Made }).data;

  let adminToken = '';

  test('once there is a token, the page asks for it, keeps it for the tab, and asks again when it is revoked', async () => {
    const own = dashboard();
    const { page } = own;
    const admin = await make('first', 'admin');
    adminToken = admin.token;
    const reader = await make('analyst', 'read', admin.token);
    await page.goto(own.address('/decisions'));
    await page.locator('#token').fill('not-a-token');
    await page.keyboard.press('Enter');
    await page.locator('#token-fault', { hasText: 'not valid' }).waitFor();
    await own.expectAccessible();
    await page.locator('#token').fill(reader.token);
    await page.keyboard.press('Enter');
    await page.locator('table.decisions tbody tr').first().waitFor();
    // Files need a higher level, and are not offered.
    expect(await page.getByText('PARQUET').count()).toBe(0);
    expect(await page.evaluate('Object.keys(localStorage).length')).toBe(0);
    await page.reload();
    await page.locator('table.decisions tbody tr').first().waitFor();
    await tokens(`/${reader.id}`, 'DELETE', admin.token);
    await page.reload();
    await page.locator('#token').waitFor();
    expect(await page.locator('#token-fault').textContent()).toMatch(/revoked|not valid/);
    // A refusal is a failed request, of which the browser complains.
    expect(own.complaints.splice(0).filter((text) => !text.includes('401'))).toEqual([]);
  });

  /** A page of whoever has a token of the level, signed in; `script` runs before the page's own. */
  async function signedIn(path: string, scope: string, script: string, part: object = {}): Promise<OpenPage> {
    const { token } = await make(`${scope} of ${path}`, scope, adminToken, part);
    const opened = await dashboard().browser.open(nowMs);
    await opened.page.addInitScript(script);
    await opened.page.goto(dashboard().address(path, { from: '-30d' }));
    await opened.page.locator('#token').fill(token);
    await opened.page.keyboard.press('Enter');
    await dashboard().settle(opened.page);
    return opened;
  }

  test('with a token the report is written to a file as it comes, or kept whole where the browser writes none', async () => {
    // The browser's own private files stand for the dialogue that asks a person where to.
    const files = '(await navigator.storage.getDirectory())';
    const picker = `globalThis.showSaveFilePicker = async ({ suggestedName }) => ${files}.getFileHandle(suggestedName, { create: true })`;
    const writing = await signedIn('/report', 'export', picker);
    await writing.page.getByText('Download the zip').click();
    await writing.page.getByText('Saved whole.').waitFor();
    const text = `(async () => { for await (const one of ${files}.values()) return (await one.getFile()).text() })()`;
    const written = String(await writing.page.evaluate(text));
    expect(written.startsWith('PK\u0003\u0004')).toBe(true);
    expect(written).toContain('manifest.json');
    await writing.context.close();
    const keeping = await signedIn('/report', 'operate', 'globalThis.showSaveFilePicker = undefined');
    const downloading = keeping.page.waitForEvent('download');
    await keeping.page.getByText('Download the zip').click();
    expect((await downloading).suggestedFilename()).toMatch(/^DEMO-custody-report-.*\.zip$/);
    await keeping.context.close();
  });

  test('whoever may only read is offered neither the report nor what changes alerts', async () => {
    const { page, context } = await signedIn(spikePath, 'read', '');
    const side = page.getByRole('navigation', { name: 'Pages' });
    expect(await side.getByText('Coverage').count()).toBe(1);
    expect(await side.getByText('Report').count()).toBe(0);
    await page.locator('.said').waitFor();
    expect(await page.getByRole('button', { name: 'Acknowledge' }).count()).toBe(0);
    await side.getByText('Rules').click();
    await page.getByText('Rules are changed with a token of scope admin; this one has read.').waitFor();
    expect(await page.getByRole('button', { name: /^(New|Edit|Switch|Delete)/ }).count()).toBe(0);
    await context.close();
    const part = await signedIn('/coverage', 'read', '', { server: ['linear'] });
    await part.page.getByText('A seal is of all that is in an environment').waitFor();
    expect(await part.page.locator('[data-proof="blind"]').textContent()).toBe('0 s blind');
    await part.context.close();
  });
}
