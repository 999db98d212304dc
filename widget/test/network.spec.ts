// Reload, no network, a server in trouble, and what is kept, saved and erased.

import { expect, test } from '@playwright/test';
import { readFile } from 'node:fs/promises';
import { address, answered, listen, open, press, reply, said, wholeStaging, write } from './guide';
import { SITE } from './where';

test('a reload in the middle finds the conversation where it was', async ({ page }) => {
  await open(page);
  await press(page, 'Work out the stage');
  await press(page, 'Yes');
  const before = await page.locator('[role=log]').innerText();
  await page.reload();
  await expect(page.locator('body-map')).toBeVisible();
  expect(await page.locator('[role=log]').innerText()).toBe(before);
  await expect(page.locator('.person').last()).toBeInViewport();
  await press(page, 'Arms or hands');
  await expect(page.locator('.person').last()).toContainText('Arms or hands');
});

test('the token is never in an address', async ({ page }) => {
  const addresses: string[] = [];
  page.on('request', (request) => addresses.push(request.url()));
  await open(page);
  await press(page, 'Is there a cure?');
  const token = await page.evaluate((key) => sessionStorage.getItem(key), `als-guide:${SITE}`);
  expect(token).toBeTruthy();
  expect(addresses.filter((each) => each.includes(token!))).toEqual([]);
  expect(await page.evaluate(() => document.cookie)).toBe('');
});

test('offline, and back', async ({ page, context }) => {
  await open(page);
  await listen(page);
  await context.setOffline(true);
  await expect(page.locator('footer').getByText('You are offline.')).toBeVisible();
  await reply(page, 'Work out the stage').click();
  await expect(page.locator('.person')).toContainText('Not sent.');
  await expect(page.locator('.person')).toBeFocused();
  await expect(reply(page, 'Early signs')).toBeVisible(); // another answer may be chosen instead
  await context.setOffline(false);
  await expect(page.locator('footer').getByText('You are offline.')).toHaveCount(0);
  await page.getByRole('button', { name: 'Send again' }).click();
  await answered(page);
  await expect(reply(page, 'Yes')).toBeVisible();
  await expect(page.locator('.person')).toHaveCount(1);
  const heard = (await said(page)).join('\n');
  expect(heard).toContain('Not sent.');
  expect(heard).toContain('The connection is back.');
});

test('an answer that is lost on the way: sending again brings it, and nothing happens twice', async ({ page }) => {
  await open(page);
  await press(page, 'Work out the stage');
  await page.route(
    '**/message',
    async (route) => {
      await route.fetch(); // the server has answered
      await route.abort();
    },
    { times: 1 },
  );
  await reply(page, 'Yes').click();
  await expect(page.locator('.person').last()).toContainText('Not sent.');
  await page.getByRole('button', { name: 'Send again' }).click();
  await answered(page);
  await expect(page.locator('body-map')).toBeVisible();
  const seen = await page.locator('[role=log]').innerText();
  await page.reload();
  await expect(page.locator('body-map')).toBeVisible();
  expect(await page.locator('[role=log]').innerText()).toBe(seen);
});

for (const [status, sentence] of [[503, 'I cannot answer just now.'], [429, 'That was a lot at once.']] as const)
  test(`the sentence of a ${status} is shown, and sending again works`, async ({ page }) => {
    await open(page);
    await page.route('**/message', (route) => route.fulfill({ status, json: { error: 'x', message: sentence } }), { times: 1 });
    await write(page, 'Is there a cure?');
    await expect(page.locator('.person')).toContainText(sentence);
    await page.getByRole('button', { name: 'Send again' }).click();
    await answered(page);
    await expect(page.locator('.guide')).toHaveCount(2);
  });

test('a slow answer is said to be slow', async ({ page }) => {
  await open(page);
  await page.route('**/message', async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 9000));
    await route.continue();
  });
  await reply(page, 'Is there a cure?').click();
  await expect(page.locator('.writing')).toBeVisible();
  await expect(page.getByText('This takes longer than usual.').first()).toBeVisible({ timeout: 10_000 });
  await answered(page);
});

test('a token that has run out begins anew', async ({ page }) => {
  await page.addInitScript((key) => sessionStorage.setItem(key, 'forged'), `als-guide:${SITE}`);
  await open(page);
  await expect(reply(page, 'Work out the stage')).toBeVisible();
});

test('a conversation that runs out while talking offers a new one', async ({ page }) => {
  await open(page);
  await page.route('**/message', (route) => route.fulfill({ status: 401, json: { error: 'token', message: '' } }), { times: 1 });
  await reply(page, 'Is there a cure?').click();
  await expect(page.locator('.person')).toContainText('run out');
  await page.getByRole('button', { name: 'Start a new conversation' }).click();
  await expect(page.locator('.person')).toHaveCount(0);
  await expect(reply(page, 'Work out the stage')).toBeVisible();
});

test('a server that cannot be reached: the numbers stay, and trying again works', async ({ page }) => {
  await page.route('**/session', (route) => route.abort(), { times: 1 });
  await page.goto(address());
  await expect(page.getByText('cannot be reached').first()).toBeVisible();
  await expect(page.locator('.numbers a')).toHaveText(['112', '911', '999']);
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(reply(page, 'Work out the stage')).toBeVisible();
  await expect(page.locator('.numbers a')).toHaveText(['999']);
  await expect(page.locator('.numbers a')).toHaveAttribute('href', 'tel:999');
});

test('more than 2,000 characters: a kind notice, and nothing is sent or lost', async ({ page }) => {
  await open(page);
  await listen(page);
  await page.getByRole('textbox').fill('a'.repeat(1990));
  await expect(page.locator('#count')).toHaveText('10 characters left');
  await page.getByRole('textbox').fill('a'.repeat(2034));
  await expect(page.locator('#count')).toContainText('leave out 34 characters');
  await page.getByRole('button', { name: 'Send', exact: true }).click({ force: true }); // aria-disabled, and says why
  await expect(page.locator('.person')).toHaveCount(0);
  await expect(page.getByRole('textbox')).toHaveValue('a'.repeat(2034));
  expect((await said(page)).join()).toContain('leave out 34 characters');
});

test('End and forget asks first, then erases', async ({ page }) => {
  await open(page);
  await press(page, 'Work out the stage');
  await page.getByRole('button', { name: 'Options' }).click();
  await expect(page.locator('.options h2')).toBeFocused();
  await page.getByRole('button', { name: 'End and forget' }).click();
  await expect(page.locator('.sure')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'End and forget' })).toBeFocused();
  await page.getByRole('button', { name: 'End and forget' }).click();
  const token = await page.evaluate((key) => sessionStorage.getItem(key), `als-guide:${SITE}`);
  await page.getByRole('button', { name: 'Yes, erase it' }).click();
  await expect(page.locator('.over')).toBeFocused();
  expect(await page.evaluate((key) => sessionStorage.getItem(key), `als-guide:${SITE}`)).toBeNull();
  const old = await page.evaluate(async (bearer) => (await fetch('history', { headers: { Authorization: `Bearer ${bearer}` } })).status, token);
  expect(old).toBe(401);
  await page.getByRole('button', { name: 'Start a new conversation' }).click();
  await expect(reply(page, 'Work out the stage')).toBeVisible();
});

test('an answer that comes after the conversation was erased is not shown', async ({ page }) => {
  await open(page);
  let release = () => {};
  await page.route('**/message', async (route) => {
    const response = await route.fetch();
    await new Promise<void>((resolve) => (release = resolve));
    await route.fulfill({ response });
  });
  await reply(page, 'Is there a cure?').click();
  await page.getByRole('button', { name: 'Options' }).click();
  await page.getByRole('button', { name: 'End and forget' }).click();
  await page.getByRole('button', { name: 'Yes, erase it' }).click();
  await expect(page.locator('.over')).toBeVisible();
  release();
  await page.getByRole('button', { name: 'Start a new conversation' }).click();
  await expect(reply(page, 'Work out the stage')).toBeVisible();
  await expect(page.locator('.guide')).toHaveCount(1);
});

test('the conversation and the note can be saved and printed', async ({ page }) => {
  await open(page);
  await wholeStaging(page);
  await press(page, 'Note for the appointment');
  const saved = async (name: string) => {
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name }).click()]);
    return { name: download.suggestedFilename(), text: await readFile((await download.path())!, 'utf8') };
  };
  const html = await saved('Save the note as a page');
  expect(html.name).toBe('note.html');
  expect(html.text).toContain('<h1>');
  expect((await saved('Save the note as text')).name).toBe('note.txt');

  await page.evaluate(() => {
    window.print = () => ((window as any).printed = { text: document.getElementById('paper')!.innerText, scripts: document.querySelectorAll('#paper :is(script, style, link)').length });
  });
  await page.getByRole('button', { name: 'Print the note' }).click();
  await expect.poll(() => page.evaluate(() => (window as any).printed?.text)).toContain('neurologist');
  expect(await page.evaluate(() => (window as any).printed.scripts)).toBe(0);
  // On paper there is the note alone.
  await page.emulateMedia({ media: 'print' });
  await expect(page.locator('#paper h1')).toBeVisible();
  await expect(page.locator('als-guide')).toBeHidden();
  await page.emulateMedia({ media: 'screen' });
  await page.evaluate(() => dispatchEvent(new Event('afterprint')));
  await expect(page.locator('#paper')).toHaveCount(0);

  await page.getByRole('button', { name: 'Options' }).click();
  const talk = await saved('Save the conversation as text');
  expect(talk.name).toBe('als-guide.txt');
  expect(talk.text).toContain('You:\nArms or hands: affected.');
});
