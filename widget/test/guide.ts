// What the tests share: opening the guide, pressing a reply, and the checks that axe does not do.

import { expect, type BrowserContext, type Frame, type Locator, type Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { GUIDE_URL, SITE } from './where';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'wcag2aaa', 'wcag21aaa', 'best-practice'];

export function address(more: Record<string, string> = {}): string {
  return `${GUIDE_URL}app?${new URLSearchParams({ site: SITE, country: 'GB', lang: 'en', ...more })}`;
}

/** Counts what must stay at nought: violations of the CSP, errors, and requests to anybody else. */
export async function watch(context: BrowserContext): Promise<{ problems: string[] }> {
  const seen = { problems: [] as string[] };
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => console.error(`CSP: ${event.violatedDirective} ${event.blockedURI}`));
  });
  context.on('console', (line) => {
    if (line.type() === 'error' && !line.text().startsWith('Failed to load resource')) seen.problems.push(line.text());
  });
  context.on('weberror', (error) => seen.problems.push(String(error.error())));
  context.on('request', (request) => {
    if (!/^(data|blob|about):/.test(request.url()) && !['localhost', '127.0.0.1'].includes(new URL(request.url()).hostname))
      seen.problems.push(`foreign request: ${request.url()}`);
  });
  return seen;
}

export async function open(page: Page, more: Record<string, string> = {}): Promise<void> {
  await page.goto(address(more));
  await expect(page.locator('.guide').first()).toBeVisible();
}

/** The reply of that title in the newest answer. */
export function reply(page: Page | Frame, title: string | RegExp): Locator {
  return page.locator('.replies').getByRole('button', { name: title, ...(typeof title === 'string' && { exact: true }) });
}

/** Waits until the guide has answered the latest message. */
export async function answered(page: Page | Frame): Promise<void> {
  await expect(page.locator('.writing')).toHaveCount(0);
  await expect(page.locator('[role=log] > ol > li').last()).toHaveClass(/guide/);
}

export async function press(page: Page | Frame, title: string | RegExp): Promise<void> {
  await reply(page, title).click();
  await answered(page);
}

export async function write(page: Page | Frame, text: string): Promise<void> {
  const fold = page.getByRole('button', { name: 'Type instead' });
  if (await fold.isVisible()) await fold.click();
  await page.getByRole('textbox').fill(text);
  await page.getByRole('button', { name: 'Send', exact: true }).click();
}

export async function mark(page: Page | Frame, region: string, state: string): Promise<void> {
  await page.getByRole('group', { name: region }).getByRole('button', { name: state, exact: true }).click();
}

/** By mouse: from the first screen to the result of one affected region. */
export async function wholeStaging(page: Page | Frame): Promise<void> {
  await press(page, 'Work out the stage');
  await press(page, 'Yes');
  await mark(page, 'Arms or hands', 'Affected');
  await page.getByRole('button', { name: 'Send my choice' }).click();
  await answered(page);
  await press(page, 'No');
  await press(page, 'No');
  await expect(page.locator('.timeline')).toBeVisible();
}

/** Rules that axe finds broken, and how: [] when there are none. */
export async function axe(page: Page | Frame): Promise<string[]> {
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(AXE);
  return page.evaluate(async (tags) => {
    const axe = (window as any).axe;
    const { violations } = await axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] });
    return violations.map((each: any) => `${each.id} (${each.impact}): ${each.nodes.map((node: any) => node.target.join(' ')).join(', ')}`);
  }, TAGS);
}

/** Everything that can be pressed, and whether it is large and far enough from its neighbours. */
export async function targets(page: Page | Frame): Promise<string[]> {
  return page.evaluate(() => {
    const wrong: string[] = [];
    const choice = (element: Element) => element.closest('.replies, .states, .touch, .fold-picture, .calls, .options .row') !== null;
    const all = [...document.querySelectorAll<HTMLElement>('button, a[href], summary, textarea')].filter(
      (element) => element.checkVisibility() && element.getBoundingClientRect().width > 0,
    );
    for (const element of all) {
      const { width, height } = element.getBoundingClientRect();
      const least = choice(element) ? 60 : 44;
      const name = `${element.className || element.tagName} "${element.textContent?.trim().slice(0, 30)}"`;
      if (height < least - 0.5 || width < 43.5 || (choice(element) && width < 59.5)) wrong.push(`${name} is ${Math.round(width)}x${Math.round(height)}`);
    }
    const choices = all.filter(choice);
    for (const [at, one] of choices.entries())
      for (const other of choices.slice(at + 1)) {
        const [a, b] = [one.getBoundingClientRect(), other.getBoundingClientRect()];
        const apart = Math.max(a.left - b.right, b.left - a.right, a.top - b.bottom, b.top - a.bottom);
        if (apart < 11.5) wrong.push(`"${one.textContent?.trim()}" (${one.className}) and "${other.textContent?.trim()}" (${other.className}) are ${Math.round(apart)} px apart`);
      }
    return wrong;
  });
}

export async function scrollsSideways(page: Page | Frame): Promise<boolean> {
  return page.evaluate(() =>
    [document.documentElement, document.querySelector('main')!].some((element) => element.scrollWidth > element.clientWidth),
  );
}

/** From now on, collects what the live region says. */
export async function listen(page: Page | Frame): Promise<void> {
  await page.evaluate(() => {
    (window as any).said = [];
    new MutationObserver((changes) => {
      for (const change of changes) for (const node of change.addedNodes) (window as any).said.push(node.textContent);
    }).observe(document.querySelector('.announcer')!, { childList: true });
  });
}

export async function said(page: Page | Frame): Promise<string[]> {
  return page.evaluate(() => (window as any).said);
}
