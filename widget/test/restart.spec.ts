// The guide's process is killed in the middle of the staging; its supervisor starts it again. Only against the real guide.

import { expect, test } from '@playwright/test';
import { readdirSync, readFileSync } from 'node:fs';
import { answered, open, press, reply } from './guide';
import { GUIDE_URL } from './where';

const SERVES = process.env['GUIDE_SERVE_PID'];

/** The process id of `rasa run` among the descendants of the guide's starter. */
function rasa(): number {
  const parents = new Map<number, number>();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number)) {
    try {
      parents.set(pid, Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').pop()!.split(' ')[1]));
    } catch {
      // ended meanwhile
    }
  }
  const ours = (pid: number): boolean => pid === Number(SERVES) || (parents.has(pid) && pid > 1 && ours(parents.get(pid)!));
  return [...parents.keys()].filter(ours).find((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('rasa\0run'))!;
}

test('the staging goes on where it was after the server was killed', async ({ page }) => {
  test.skip(!SERVES, 'the stub has no process to kill');
  test.setTimeout(120_000);
  await open(page);
  await press(page, 'Work out the stage');
  await press(page, 'Yes');
  await press(page, 'Legs or feet');
  await press(page, 'Neither');
  const killed = rasa();
  process.kill(killed, 'SIGKILL');
  await reply(page, 'No').click(); // the feeding tube: nobody is there to hear it
  const again = page.getByRole('button', { name: 'Send again' });
  await expect(again).toBeVisible({ timeout: 60_000 });
  await expect
    .poll(async () => (await page.request.get(`${GUIDE_URL}openapi.json`).catch(() => null))?.status(), { timeout: 90_000 })
    .toBe(200);
  await again.click();
  await answered(page);
  await press(page, 'No');
  await expect(page.locator('[role=log] > ol > li').last()).toContainText("King's stage 1");
  expect(rasa()).not.toBe(killed);
});
