// The whole staging, in each way that people use a computer.

import { expect, test, type Page } from '@playwright/test';
import { answered, open, press, scrollsSideways, targets, watch, wholeStaging } from './guide';

/** What has the focus, as text. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const element = document.activeElement as HTMLElement;
    return element === document.body ? 'nothing' : (element.getAttribute('aria-label') ?? element.textContent ?? '').replace(/\s+/g, ' ').trim();
  });

/** Presses Tab until the wanted control has the focus: never a mouse, never an arrow key. */
async function tabTo(page: Page, name: string | RegExp, inside = 'body'): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press('Tab');
    const here = await page.evaluate((where) => document.activeElement?.closest(where) !== null, inside);
    const text = await focused(page);
    if (here && (typeof name === 'string' ? text === name : name.test(text))) {
      // Whoever cannot see where they are cannot choose.
      expect(await page.evaluate(() => getComputedStyle(document.activeElement!).outlineWidth)).toBe('3px');
      return;
    }
  }
  throw new Error(`Tab does not lead to ${name}`);
}

async function choose(page: Page, name: string | RegExp, key: string): Promise<void> {
  await tabTo(page, name, '.replies');
  await page.keyboard.press(key);
  await answered(page);
  // The line that took the place of the button: from here the next Tab leads to the new answer.
  expect(await page.evaluate(() => document.activeElement?.className)).toBe('person');
}

test('by mouse', async ({ page, context }) => {
  const { problems } = await watch(context);
  await open(page);
  await wholeStaging(page);
  await expect(page.locator('.person').nth(2)).toContainText('Arms or hands: affected.');
  await expect(page.locator('.timeline figcaption')).toContainText('stage 1');
  await expect(page.locator('.timeline .marked')).toHaveCount(1);
  await expect(page.locator('.person')).toHaveCount(5);
  await expect(page.locator('body-map')).toHaveCount(0); // what was chosen stays as text
  expect(problems).toEqual([]);
});

test('by the picture: a tap goes round the three states', async ({ page }) => {
  await open(page);
  await press(page, 'Work out the stage');
  await press(page, 'Yes');
  const legs = page.locator('.touch.legs');
  await expect(legs).toHaveAccessibleName('Legs or feet: Not chosen yet');
  for (const state of ['Affected', 'Not affected', 'Not sure', 'Affected']) {
    await legs.click();
    await expect(legs).toHaveAccessibleName(`Legs or feet: ${state}`);
    await expect(page.getByRole('group', { name: 'Legs or feet' }).getByRole('button', { pressed: true })).toContainText(state);
  }
  await page.locator('.touch.other-arm').click();
  await expect(page.locator('.touch.arm')).toBeFocused();
  await expect(page.locator('.touch.arm')).toHaveAccessibleName('Arms or hands: Affected');
  await page.getByRole('button', { name: 'Send my choice' }).click();
  await answered(page);
  await expect(page.locator('.person').last()).toContainText('Arms or hands: affected. Legs or feet: affected.');
});

test('nothing chosen on the map is not sent', async ({ page }) => {
  await open(page);
  await press(page, 'Work out the stage');
  await press(page, 'Yes');
  await page.getByRole('button', { name: 'Send my choice' }).click();
  await expect(page.locator('main').getByText('Please choose for at least one part')).toBeVisible();
  await expect(page.locator('.person')).toHaveCount(2);
});

test('by keyboard alone', async ({ page }) => {
  await open(page);
  await choose(page, 'Work out the stage', 'Enter');
  await choose(page, 'Yes', ' ');
  await tabTo(page, /^Speech or swallowing: /);
  await page.keyboard.press(' ');
  expect(await focused(page)).toBe('Speech or swallowing: Affected');
  await tabTo(page, /^.?Not sure$/, '.list > :nth-child(3)');
  await page.keyboard.press(' ');
  await tabTo(page, 'Send my choice');
  await page.keyboard.press('Enter');
  await answered(page);
  await expect(page.locator('.person').last()).toContainText('Speech or swallowing: affected. Legs or feet: not sure.');
  await choose(page, 'No', 'Enter');
  await choose(page, 'No', 'Enter');
  await expect(page.locator('.timeline')).toBeVisible();
});

test('by a switch with two keys, Tab and Enter', async ({ page }) => {
  await open(page);
  await choose(page, 'Work out the stage', 'Enter');
  await choose(page, 'Yes', 'Enter');
  await tabTo(page, /^.?Affected$/, '.list > :nth-child(2)');
  await page.keyboard.press('Enter');
  await tabTo(page, 'Send my choice');
  await page.keyboard.press('Enter');
  await answered(page);
  await choose(page, 'No', 'Enter');
  await choose(page, 'No', 'Enter');
  await expect(page.locator('.timeline')).toBeVisible();
});

test.describe('on a small phone', () => {
  test.use({ viewport: { width: 320, height: 568 }, hasTouch: true, isMobile: true });

  test('by touch', async ({ page }) => {
    await open(page);
    for (const title of ['Work out the stage', 'Yes']) {
      await page.locator('.replies').getByRole('button', { name: title, exact: true }).tap();
      await answered(page);
      expect(await targets(page)).toEqual([]);
      expect(await scrollsSideways(page)).toBe(false);
    }
    await expect(page.locator('.touch.head')).toBeHidden(); // the list alone, until the picture is wanted
    expect(await page.locator('.guide').last().evaluate((answer) => answer.getBoundingClientRect().height / innerHeight)).toBeLessThan(2.6);
    await page.getByRole('button', { name: 'Show a picture' }).tap();
    expect(await targets(page)).toEqual([]);
    await page.locator('.touch.head').tap();
    await page.getByRole('button', { name: 'Send my choice' }).tap();
    await answered(page);
    for (const title of ['No', 'No']) {
      await page.locator('.replies').getByRole('button', { name: title, exact: true }).tap();
      await answered(page);
    }
    await expect(page.locator('.timeline')).toBeVisible();
    expect(await scrollsSideways(page)).toBe(false);
    // The newest answer begins at the top, under the number that is always there.
    await expect(page.locator('.person').last()).toBeInViewport();
    await expect(page.locator('.numbers a').first()).toBeInViewport();
  });
});
