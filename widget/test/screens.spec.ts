// Every screen, in each theme and two sizes: axe, target sizes, no sideways scroll, and a picture for a person to look at.

import { expect, test, type Page } from '@playwright/test';
import { answered, axe, mark, open, press, scrollsSideways, targets, watch, wholeStaging, write } from './guide';
import { GUIDE_URL } from './where';

const SIZES = { small: { width: 320, height: 568 }, large: { width: 1280, height: 800 } };
const LOOKS = {
  light: { colorScheme: 'light', forcedColors: 'none' },
  dark: { colorScheme: 'dark', forcedColors: 'none' },
  forced: { colorScheme: 'dark', forcedColors: 'active' },
} as const;

const SCREENS: Record<string, (page: Page) => Promise<void>> = {
  first: async () => {},
  question: (page) => press(page, 'Work out the stage'),
  map: async (page) => {
    await press(page, 'Work out the stage');
    await press(page, 'Yes');
    await mark(page, 'Arms or hands', 'Affected');
    await mark(page, 'Speech or swallowing', 'Not affected');
    await mark(page, 'Legs or feet', 'Not sure');
  },
  result: wholeStaging,
  medicines: (page) => press(page, 'Approved medicines'),
  emergency: async (page) => {
    await write(page, 'emergency, she cannot breathe right now');
    await answered(page);
  },
  crisis: async (page) => {
    await write(page, 'this is a crisis, I want to kill myself');
    await answered(page);
  },
  note: async (page) => {
    await wholeStaging(page);
    await press(page, 'Note for the appointment');
  },
  options: async (page) => {
    await page.getByRole('button', { name: 'Options' }).click();
    await page.getByRole('button', { name: 'End and forget' }).click();
  },
};

for (const [size, viewport] of Object.entries(SIZES))
  for (const [look, media] of Object.entries(LOOKS))
    for (const [name, go] of Object.entries(SCREENS))
      test(`${name}, ${look}, ${size}`, async ({ page, context }) => {
        const { problems } = await watch(context);
        await page.setViewportSize(viewport);
        await page.emulateMedia({ ...media, reducedMotion: 'reduce' });
        await open(page);
        await go(page);
        await page.screenshot({ path: `test/screenshots/${name}-${look}-${size}.png` });
        // All of the conversation in one picture: the window as tall as what it holds.
        const height = await page.evaluate(() => {
          const main = document.querySelector('main')!;
          return main.scrollHeight - main.clientHeight + innerHeight;
        });
        await page.setViewportSize({ ...viewport, height });
        const newest = page.locator('[role=log] > ol > li, .options').last();
        await newest.screenshot({ path: `test/screenshots/${name}-${look}-${size}-newest.png` });
        for (const details of await page.locator('details').all()) await details.locator('summary').click();
        expect(await axe(page)).toEqual([]);
        expect(await targets(page)).toEqual([]);
        expect(await scrollsSideways(page)).toBe(false);
        expect(problems).toEqual([]);
      });

for (const [size, viewport] of Object.entries(SIZES))
  for (const look of ['light', 'dark'] as const)
    test(`the page of a charity, ${look}, ${size}`, async ({ page, context }) => {
      const { problems } = await watch(context);
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme: look });
      await page.goto(`${GUIDE_URL}demo`);
      const launcher = page.getByRole('button', { name: 'Ask the ALS Guide' });
      await expect(launcher).toBeVisible();
      await page.screenshot({ path: `test/screenshots/demo-${look}-${size}.png` });
      expect((await axe(page)).filter((line) => !line.startsWith('color-contrast-enhanced'))).toEqual([]);
      await launcher.click();
      const guide = page.frameLocator('iframe');
      await expect(guide.locator('.replies')).toBeVisible();
      await page.screenshot({ path: `test/screenshots/demo-open-${look}-${size}.png` });
      expect(problems).toEqual([]);
    });
