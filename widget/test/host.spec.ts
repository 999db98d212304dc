// The one line on somebody else's page: strict, hostile, curious.

import { expect, test, type Page } from '@playwright/test';
import { press, watch, wholeStaging } from './guide';
import { GUIDE_URL, HOST_URL, STRANGER_URL } from './where';

const launcher = (page: Page) => page.getByRole('button', { name: 'ALS Guide' }); // Ask … or Close …

async function inside(page: Page) {
  await expect(page.locator('iframe')).toBeVisible();
  await expect.poll(() => page.frames().some((frame) => frame.url().startsWith(GUIDE_URL))).toBe(true);
  const guide = page.frames().find((frame) => frame.url().startsWith(GUIDE_URL))!;
  await expect(guide.locator('.replies').first()).toBeVisible();
  return guide;
}

test('a page with a strict CSP', async ({ page, context }) => {
  const { problems } = await watch(context);
  await page.goto(`${HOST_URL}/strict`);
  await launcher(page).click();
  const guide = await inside(page);
  await wholeStaging(guide);
  // The link to the emergency number is not stopped by the page's frame-src.
  await guide.locator('.numbers a').first().click();
  await page.waitForTimeout(300);
  expect(problems.filter((line) => !/tel:|scheme does not have a registered handler/.test(line) || line.startsWith('CSP'))).toEqual([]);
});

test('a page with hostile styles', async ({ page }) => {
  await page.goto(`${HOST_URL}/hostile`);
  const box = (await launcher(page).boundingBox())!;
  expect(box.height).toBeGreaterThanOrEqual(60);
  expect(box.x + box.width).toBeLessThanOrEqual(1280);
  expect(await launcher(page).evaluate((button) => getComputedStyle(button).fontSize)).toBe('16px');
  await launcher(page).click();
  const guide = await inside(page);
  const frame = (await page.locator('iframe').boundingBox())!;
  expect(frame.width).toBeGreaterThan(480);
  expect(frame.height).toBeGreaterThan(600);
  await press(guide, 'Work out the stage');
  await page.screenshot({ path: 'test/screenshots/hostile-open-large.png' });
});

test('scripts of the page cannot read the conversation', async ({ page }) => {
  await page.goto(`${HOST_URL}/plain`);
  await launcher(page).click();
  await press(await inside(page), 'Work out the stage');
  const spied = await page.evaluate(() => {
    const frame = document.querySelector('als-guide-launcher')!.shadowRoot!.querySelector('iframe')!;
    const tries = [() => frame.contentDocument?.body.innerText, () => frame.contentWindow!.document.title, () => (frame.contentWindow as any).sessionStorage.length];
    return tries.map((attempt) => {
      try {
        return attempt() ?? 'closed';
      } catch {
        return 'closed';
      }
    });
  });
  expect(spied).toEqual(['closed', 'closed', 'closed']);
});

test('messages of strangers are not obeyed', async ({ page }) => {
  await page.goto(`${HOST_URL}/plain`);
  await launcher(page).click();
  await inside(page);
  await page.evaluate(() => window.postMessage({ alsGuide: 'close' }, '*')); // from the page itself, not from the guide
  await page.waitForTimeout(200);
  await expect(page.locator('iframe')).toBeVisible();
});

test('a page that is not allowed gets no guide', async ({ page }) => {
  await page.goto(`${STRANGER_URL}/plain`);
  await launcher(page).click();
  await page.waitForTimeout(1500);
  for (const frame of page.frames().slice(1)) expect(await frame.locator('als-guide').count().catch(() => 0)).toBe(0);
});

test('opening leads into the guide; Escape and Close lead back to the launcher', async ({ page }) => {
  await page.goto(`${HOST_URL}/plain`);
  await expect(launcher(page)).toHaveAttribute('aria-expanded', 'false');
  await launcher(page).focus();
  await page.keyboard.press('Enter');
  const guide = await inside(page);
  await expect(guide.locator('h1')).toBeFocused();
  await expect(launcher(page)).toHaveAttribute('aria-expanded', 'true');
  await page.keyboard.press('Escape');
  await expect(page.locator('iframe')).toBeHidden();
  await expect(launcher(page)).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(guide.locator('h1')).toBeFocused();
  await guide.getByRole('button', { name: 'Close' }).click();
  await expect(launcher(page)).toBeFocused();
});

test('open or closed is remembered, and a page that loads keeps its focus', async ({ page }) => {
  await page.goto(`${HOST_URL}/plain`);
  await launcher(page).click();
  await inside(page);
  await page.reload();
  await inside(page);
  expect(await page.evaluate(() => document.activeElement === document.body)).toBe(true);
  await launcher(page).click();
  await page.reload();
  await expect(launcher(page)).toBeVisible();
  await expect(page.locator('iframe')).toBeHidden();
});

test('on a phone the guide takes the whole screen', async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 568 });
  await page.goto(`${HOST_URL}/plain`);
  await launcher(page).click();
  const guide = await inside(page);
  expect(await page.locator('iframe').boundingBox()).toEqual({ x: 0, y: 0, width: 320, height: 568 });
  await guide.getByRole('button', { name: 'Close' }).click();
  await expect(launcher(page)).toBeFocused();
});

test('colours of the page are taken if they can be read', async ({ page }) => {
  const colour = () => launcher(page).evaluate((button) => getComputedStyle(button).backgroundColor);
  await page.goto(`${HOST_URL}/coloured`);
  await expect(launcher(page)).toBeVisible();
  expect(await colour()).toBe('rgb(91, 42, 134)');
  await launcher(page).click();
  const guide = await inside(page);
  expect(await guide.locator('header').evaluate((bar) => getComputedStyle(bar).backgroundColor)).toBe('rgb(91, 42, 134)');
  await page.goto(`${HOST_URL}/pale`);
  await expect(launcher(page)).toBeVisible();
  expect(await colour()).toBe('rgb(11, 79, 92)');
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('the plain page says where help is', async ({ page }) => {
    await page.goto(`${GUIDE_URL}app`);
    // Chromium's driver turns scripts off after the page is parsed, so <noscript> is read as it was sent.
    expect(await (await page.request.get(`${GUIDE_URL}app`)).text()).toMatch(/<noscript>[^]*We are sorry[^]*112[^]*<\/noscript>/);
    await expect(page.locator('a[href="tel:112"]')).toBeVisible();
  });
});
