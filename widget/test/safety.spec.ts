// Whatever the server, the history or the visitor says is text, never markup.

import { expect, test } from '@playwright/test';
import { address, answered, open, watch, write } from './guide';

const BAD = '<img src=x onerror="window.hit=1"><script>window.hit=1</script>"><svg onload=window.hit=1>${alert(1)}';
const message = {
  id: '"]<b>', from: 'guide', text: `${BAD}\n• ${BAD}`, note: false, level: 'crisis', ask: 'regions', reviewed: '<b>2026</b>',
  buttons: [{ title: BAD, payload: BAD }, { title: BAD, payload: 'javascript:window.hit=1', aside: true }],
  sources: [
    { title: BAD, publisher: BAD, url: 'javascript:window.hit=1', date: BAD },
    { title: 'data', publisher: '', url: 'data:text/html,<script>window.hit=1</script>', date: '' },
    { title: 'quotes', publisher: '', url: 'example.org/"onclick="window.hit=1', date: '' },
  ],
  table: { columns: [BAD, BAD], rows: [[BAD, BAD]] },
  regions: { bulbar: BAD },
  calls: [{ label: BAD, number: 'javascript:1', by: 'call', words: null }, { label: BAD, number: '5"2', by: 'text', words: `"&<b>${BAD}` }],
  staging: { kings: [BAD], mitos: [BAD] },
};

test('in answers, buttons, sources, tables and pictures', async ({ page, context }) => {
  const { problems } = await watch(context);
  await open(page);
  await page.route('**/message', (route) => route.fulfill({ json: { messages: [message] } }));
  await write(page, BAD);
  await answered(page);
  await page.locator('summary').click();
  const links = await page.locator('details a').evaluateAll((all) => all.map((link) => (link as HTMLAnchorElement).href));
  expect(links).toEqual(['https://example.org/%22onclick=%22window.hit=1']);
  const calls = await page.locator('.calls a').evaluateAll((all) => all.map((link) => link.getAttribute('href')));
  expect(calls[0]).toBe('tel:1');
  expect(calls[1]).toMatch(/^sms:52\?&body=[\w%.!~*'()-]+$/);
  await page.locator('.replies button').first().click();
  await answered(page);
  expect(await page.evaluate(() => (window as any).hit)).toBeUndefined();
  expect(await page.locator('als-guide img, als-guide script').count()).toBe(0);
  await expect(page.locator('.person').first()).toContainText('<img src=x');
  expect(problems).toEqual([]);
});

test('in the history and in the emergency numbers', async ({ page, context }) => {
  const { problems } = await watch(context);
  await open(page);
  await page.route('**/history', (route) =>
    route.fulfill({ json: { messages: [message, { id: 'p', from: 'person', text: BAD }, message], emergency: [{ label: BAD, tel: 'javascript:1' }] } }),
  );
  await page.reload();
  await expect(page.locator('.person')).toContainText('<img src=x');
  expect(await page.locator('.numbers a').getAttribute('href')).toBe('tel:1');
  expect(await page.evaluate(() => (window as any).hit)).toBeUndefined();
  expect(problems).toEqual([]);
});

test('in the address', async ({ page, context }) => {
  const { problems } = await watch(context);
  await page.goto(address({ theme: BAD, colour: '#000000;}', text: BAD, lang: BAD, parent: 'javascript:window.hit=1', embed: '1' }));
  await expect(page.locator('h1')).toBeVisible();
  expect(await page.evaluate(() => [(window as any).hit, document.documentElement.lang])).toEqual([undefined, 'en']);
  expect(problems).toEqual([]);
});
