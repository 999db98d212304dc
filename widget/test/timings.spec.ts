// How long a slow phone waits: `make timings` prints it. Not a test of its own. A CPU four times slower, 1.6 Mbit/s, 150 ms.

import { test, type Page } from '@playwright/test';
import { GUIDE_URL, SITE } from './where';

const RUNS = 5;
const median = (times: number[]) => Math.round([...times].sort((a, b) => a - b)[times.length >> 1]!);

async function slow(page: Page): Promise<void> {
  const phone = await page.context().newCDPSession(page);
  await phone.send('Network.enable');
  await phone.send('Network.setCacheDisabled', { cacheDisabled: true });
  await phone.send('Network.emulateNetworkConditions', { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 200_000 });
  await phone.send('Emulation.setCPUThrottlingRate', { rate: 4 });
}

/** Milliseconds of the page's own clock until something is there that can be seen; `inside`: in its shadow root. */
async function shown(page: Page, selector: string, inside?: string): Promise<number> {
  const time = await page.waitForFunction(
    ([where, within]) => {
      const element = document.querySelector(where!);
      const seen = within ? element?.shadowRoot?.querySelector(within) : element;
      return seen?.getBoundingClientRect().height && performance.now();
    },
    [selector, inside],
    { polling: 'raf' },
  );
  return time.jsonValue() as Promise<number>;
}

test('on a slow phone', async ({ browser }) => {
  test.skip(!process.env['GUIDE_TIMINGS'], 'printed by `make timings`');
  test.setTimeout(180_000);
  const times: Record<string, number[]> = {};
  const note = (what: string, time: number) => (times[what] ??= []).push(time);
  // Waited for: the entry is written after the frame in which the element can be measured.
  const paint = async (page: Page) =>
    (await page.waitForFunction(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime)).jsonValue() as Promise<number>;
  for (let run = 0; run < RUNS; run++) {
    const page = await browser.newPage({ viewport: { width: 360, height: 640 } });
    await slow(page);
    await page.goto(`${GUIDE_URL}demo`, { waitUntil: 'commit' });
    note('page of a charity: launcher visible', await shown(page, 'als-guide-launcher', 'button'));
    note('page of a charity: first paint', await paint(page));
    await page.goto(`${GUIDE_URL}app?site=${SITE}&country=GB`, { waitUntil: 'commit' });
    note('guide: emergency number visible', await shown(page, '.numbers a'));
    note('guide: app visible', await shown(page, '.intro'));
    note('guide: greeting and its buttons usable', await shown(page, '.replies button'));
    note('guide: first paint', await paint(page));
    await page.close();
  }
  for (const [what, all] of Object.entries(times)) console.log(`${what}: ${median(all)} ms (median of ${all.length})`);
});
