// One walk past every screen, each in one of the looks: axe, target sizes, no sideways scroll. Quick enough for every change;
// screens.spec.ts looks at each screen in every look.

import { expect, test } from '@playwright/test';
import { answered, axe, mark, open, press, reply, scrollsSideways, targets, watch, write } from './guide';

const SMALL = { width: 320, height: 568 };
const LARGE = { width: 1280, height: 800 };
const LOOKS = [
  { size: SMALL, colorScheme: 'light', forcedColors: 'none' },
  { size: LARGE, colorScheme: 'dark', forcedColors: 'none' },
  { size: SMALL, colorScheme: 'dark', forcedColors: 'active' },
  { size: LARGE, colorScheme: 'light', forcedColors: 'none' },
  { size: SMALL, colorScheme: 'dark', forcedColors: 'none' },
] as const;

test('a walk past every screen', async ({ page, context }) => {
  const { problems } = await watch(context);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  let seen = 0;
  const look = async (screen: string) => {
    const { size, ...media } = LOOKS[seen++ % LOOKS.length]!;
    await page.setViewportSize(size);
    await page.emulateMedia({ ...media, reducedMotion: 'reduce' });
    expect({ screen, axe: await axe(page), targets: await targets(page), sideways: await scrollsSideways(page) }).toEqual({
      screen, axe: [], targets: [], sideways: false,
    });
  };
  await open(page, { country: 'IE' }); // with a line that takes texts alone
  await look('first');
  await press(page, 'Work out the stage');
  await look('question');
  await press(page, 'Yes');
  await mark(page, 'Arms or hands', 'Affected');
  await look('map');
  await page.getByRole('button', { name: 'Send my choice' }).click();
  await answered(page);
  await press(page, 'No');
  await press(page, 'No');
  await expect(page.locator('.timeline')).toBeVisible();
  await look('result');
  await press(page, 'Note for the appointment');
  await look('note');
  await write(page, 'emergency, she cannot breathe right now');
  await answered(page);
  await expect(page.locator('.guide').last().locator('.calls a')).toHaveAttribute('href', 'tel:112');
  await look('emergency');
  await write(page, 'this is a crisis, I want to kill myself');
  await answered(page);
  const lines = page.locator('.guide').last().locator('.calls a');
  expect(await lines.evaluateAll((all) => all.map((line) => line.getAttribute('href')))).toEqual(['tel:112', 'tel:116123', 'sms:50808?&body=HELLO']);
  expect(await lines.last().innerText()).toMatch(/^Text HELLO to 50808\s+Text About It$/);
  await look('crisis');
  await page.reload();
  await expect(lines).toHaveCount(3);
  await page.getByRole('button', { name: 'Options' }).click();
  await page.getByRole('button', { name: 'End and forget' }).click();
  await look('options');
  await page.getByRole('button', { name: 'Yes, erase it' }).click();
  await page.getByRole('button', { name: 'Start a new conversation' }).click();
  await reply(page, 'Approved medicines').click();
  await answered(page);
  await look('medicines');
  expect(problems).toEqual([]);
});
