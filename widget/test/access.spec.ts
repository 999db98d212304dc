// What axe does not check: what is announced, where the focus is, and very large text.

import { chromium, expect, test } from '@playwright/test';
import { address, answered, axe, listen, open, press, reply, said, scrollsSideways, targets, wholeStaging, write } from './guide';

test('each answer is announced once, with its choices, and not kept in the live region', async ({ page }) => {
  await open(page);
  await listen(page);
  await press(page, 'Work out the stage');
  await expect.poll(() => said(page)).toHaveLength(1);
  expect((await said(page))[0]).toContain('has a neurologist said');
  expect((await said(page))[0]).toContain('Choices: Yes, No, Not sure, Why do you ask?');
  await expect(page.locator('.announcer p')).toHaveCount(0, { timeout: 3000 });
  // The visible conversation announces nothing by itself, and no live region is inside another.
  await expect(page.locator('[role=log]')).toHaveAttribute('aria-live', 'off');
  expect(await page.locator('[role=log] :is([aria-live], [role=alert], [role=status])').count()).toBe(0);
});

test('the focus stays where the visitor is', async ({ page }) => {
  await open(page);
  expect(await page.evaluate(() => document.activeElement === document.body)).toBe(true); // nothing takes it on loading
  await page.getByRole('textbox').focus();
  await page.getByRole('textbox').fill('Is there a cure?');
  await page.keyboard.press('Enter');
  await answered(page);
  await expect(page.getByRole('textbox')).toBeFocused();
  await reply(page, /.+/).first().click();
  await answered(page);
  await expect(page.locator('.person').last()).toBeFocused();
  // An answer that comes while the visitor is elsewhere leaves them there.
  await page.route('**/message', async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 800));
    await route.continue();
  });
  await reply(page, /.+/).first().click();
  const options = page.getByRole('button', { name: 'Options' });
  await options.focus();
  await answered(page);
  await expect(options).toBeFocused();
});

test('Options and back', async ({ page }) => {
  await open(page);
  await page.getByRole('button', { name: 'Options' }).click();
  for (const [name, size] of [['Larger', '20px'], ['Largest', '24px'], ['Normal', '16px']] as const) {
    await page.getByRole('button', { name, exact: true }).click();
    expect(await page.evaluate(() => getComputedStyle(document.documentElement).fontSize)).toBe(size);
  }
  await page.getByRole('button', { name: 'Back to the conversation' }).click();
  await expect(page.getByRole('button', { name: 'Options' })).toBeFocused();
});

test('reading aloud is off until it is asked for', async ({ page }) => {
  await page.addInitScript(() => {
    (window as any).spoken = [];
    speechSynthesis.speak = (words) => (window as any).spoken.push(words.text);
  });
  await open(page);
  await press(page, 'Work out the stage');
  expect(await page.evaluate(() => (window as any).spoken)).toEqual([]);
  await page.getByRole('button', { name: 'Options' }).click();
  await page.getByRole('group', { name: 'Read answers aloud' }).getByRole('button', { name: 'On' }).click();
  await page.getByRole('button', { name: 'Back to the conversation' }).click();
  await press(page, 'Yes');
  expect(await page.evaluate(() => (window as any).spoken[0])).toContain('Which parts no longer work');
  expect(await targets(page)).toEqual([]);
});

for (const [width, height] of [[320, 568], [1280, 800]] as const) {
  test(`36 px text in ${width}x${height}: Send and the number in sight`, async ({ page }) => {
    await page.setViewportSize({ width, height });
    await open(page);
    await page.evaluate(() => (document.documentElement.style.fontSize = '36px'));
    await press(page, 'Work out the stage');
    const fold = page.getByRole('button', { name: 'Type instead' });
    if (await fold.isVisible()) await fold.click();
    await expect(page.getByRole('button', { name: 'Send', exact: true })).toBeInViewport({ ratio: 1 });
    await expect(page.locator('.numbers a').first()).toBeInViewport({ ratio: 1 });
    await press(page, 'Yes');
    expect(await targets(page)).toEqual([]);
    expect(await scrollsSideways(page)).toBe(false);
    await page.screenshot({ path: `test/screenshots/text36-${width}.png` });
    await page.setViewportSize({ width, height: 4000 });
    await page.locator('body-map').screenshot({ path: `test/screenshots/text36-map-${width}.png` });
  });

  test(`36 px as the browser's own text size in ${width}x${height}`, async () => {
    const browser = await chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: ['--no-sandbox', '--blink-settings=defaultFontSize=36'] });
    const page = await browser.newPage({ viewport: { width, height } });
    await open(page);
    expect(await page.evaluate(() => getComputedStyle(document.documentElement).fontSize)).toBe('36px');
    const fold = page.getByRole('button', { name: 'Type instead' });
    if (await fold.isVisible()) await fold.click();
    await expect(page.getByRole('button', { name: 'Send', exact: true })).toBeInViewport({ ratio: 1 });
    await expect(page.locator('.numbers a').first()).toBeInViewport({ ratio: 1 });
    await wholeStaging(page);
    await page.screenshot({ path: `test/screenshots/browser36-${width}.png` });
    expect(await scrollsSideways(page)).toBe(false);
    await browser.close();
  });
}

test('the largest text of the control on a small phone, with three numbers', async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 568 });
  await page.addInitScript(() => localStorage.setItem('als-guide-size', '2'));
  await page.goto(address({ country: '' }));
  await expect(page.locator('.guide').first()).toBeVisible();
  await expect(page.locator('.numbers a')).toHaveText(['112', '911', '999']);
  for (const link of await page.locator('.numbers a').all()) {
    await expect(link).toBeInViewport({ ratio: 1 });
    expect((await link.locator('span').boundingBox())!.width).toBeGreaterThan(30); // the number itself is to be seen
  }
  await page.screenshot({ path: 'test/screenshots/largest-small.png' });
  expect(await targets(page)).toEqual([]);
  expect(await scrollsSideways(page)).toBe(false);
});

for (const [zoom, viewport] of [['200 %', { width: 640, height: 400 }], ['400 %', { width: 320, height: 200 }]] as const)
  test(`${zoom} zoom`, async ({ page }) => {
    await page.setViewportSize(viewport);
    await open(page);
    await wholeStaging(page);
    await expect(page.locator('.numbers a').first()).toBeInViewport({ ratio: 1 });
    await expect(page.locator('.person').last()).toBeInViewport();
    await page.screenshot({ path: `test/screenshots/zoom-${viewport.width}.png` });
    expect(await scrollsSideways(page)).toBe(false);
    await write(page, 'Is there a cure?');
    await answered(page);
    expect(await axe(page)).toEqual([]);
  });

test('right to left, and with wide text spacing', async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 568 });
  await open(page);
  await wholeStaging(page);
  await page.evaluate(() => {
    document.documentElement.dir = 'rtl';
    // What WCAG 1.4.12 lets people set.
    const style = document.body.style;
    [style.lineHeight, style.letterSpacing, style.wordSpacing] = ['1.5', '.12em', '.16em'];
  });
  expect(await scrollsSideways(page)).toBe(false);
  expect(await targets(page)).toEqual([]);
  await page.screenshot({ path: 'test/screenshots/rtl-small.png' });
});

test('a phone that is turned keeps its text box, and an answer by button folds it', async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 568 });
  await open(page);
  await expect(page.getByRole('textbox')).toBeHidden();
  await page.setViewportSize({ width: 568, height: 320 });
  await expect(page.getByRole('textbox')).toBeVisible();
  await page.setViewportSize({ width: 320, height: 568 });
  await page.getByRole('button', { name: 'Type instead' }).click();
  await expect(page.getByRole('textbox')).toBeFocused();
  await press(page, 'Work out the stage');
  await expect(page.getByRole('textbox')).toBeHidden();
});

test('nothing moves for those who do not want it', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await open(page);
  await page.route('**/message', async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 500));
    await route.continue();
  });
  await reply(page, 'Is there a cure?').click();
  expect(await page.locator('.writing i').first().evaluate((dot) => getComputedStyle(dot).animationName)).toBe('none');
});
