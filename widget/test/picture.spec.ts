// The picture of README.md: `make picture`. Not a test of its own.

import { test } from '@playwright/test';
import { press } from './guide';
import { GUIDE_URL } from './where';

test('the guide on the page of a charity', async ({ page }) => {
  test.skip(!process.env['GUIDE_PICTURE'], 'made by `make picture`');
  await page.setViewportSize({ width: 1100, height: 860 });
  await page.goto(`${GUIDE_URL}demo`);
  await page.getByRole('button', { name: 'Ask the ALS Guide' }).click();
  const guide = page.frames().find((frame) => frame !== page.mainFrame())!;
  await guide.waitForSelector('.replies');
  await press(guide, 'Work out the stage');
  await press(guide, 'Yes');
  await guide.getByText('Touch the picture').evaluate((hint) => hint.scrollIntoView({ block: 'start' }));
  await page.screenshot({ path: process.env['GUIDE_PICTURE']! });
});
