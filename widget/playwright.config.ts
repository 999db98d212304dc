import { defineConfig } from '@playwright/test';
import { GUIDE_URL, HOST_URL } from './test/where';

const ours = !process.env['GUIDE_URL'];

export default defineConfig({
  testDir: 'test',
  outputDir: 'test/results',
  workers: 2,
  timeout: 60_000,
  reporter: 'list',
  use: {
    browserName: 'chromium',
    launchOptions: { executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: ['--no-sandbox'] },
    viewport: { width: 1280, height: 800 },
    locale: 'en-GB',
  },
  webServer: [
    // The guide has to allow this host page as a parent (and not the same page under 127.0.0.1).
    { command: 'node test/host-server.mjs', url: `${HOST_URL}/plain`, env: { GUIDE_URL }, reuseExistingServer: false },
    ...(ours ? [{ command: 'node test/stub-server.mjs', url: `${GUIDE_URL}app`, reuseExistingServer: true }] : []),
  ],
});
