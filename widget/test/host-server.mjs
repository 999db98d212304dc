// Pages of somebody else with the loader on them: plain, with a strict CSP, and with hostile styles.

import { createServer } from 'node:http';

const PORT = 5092;
const GUIDE = process.env.GUIDE_URL ?? 'http://localhost:5091/webhooks/guide/';
const ORIGIN = new URL(GUIDE).origin;
const SITE = process.env.GUIDE_SITE ?? 'demo';

const page = (head, attributes = '') => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A page</title>
<meta name="viewport" content="width=device-width, initial-scale=1">${head}</head>
<body><main><h1>A page of somebody else</h1><p><a href="#more">A link</a></p></main>
<script src="${GUIDE}loader.js" data-site="${SITE}" data-country="GB" data-language="en" ${attributes} async></script></body></html>`;

const HOSTILE = `<style>
* { font-size: 9px !important; color: #eee !important; background: #fff !important; line-height: .5 !important; }
iframe, button, div, als-guide-launcher { display: none !important; width: 40px !important; height: 20px !important; position: static !important; opacity: .1 !important; }
body > * { transform: rotate(3deg) !important; }
html { font-size: 5px; }
</style>`;

const PAGES = {
  '/plain': [page(''), {}],
  '/strict': [page(''), { 'Content-Security-Policy': `default-src 'none'; script-src ${ORIGIN}; frame-src ${ORIGIN}; require-trusted-types-for 'script'` }],
  '/hostile': [page(HOSTILE), {}],
  '/coloured': [page('', 'data-colour="#5b2a86" data-text-colour="#ffffff"'), {}],
  '/pale': [page('', 'data-colour="#c9b8dd" data-text-colour="#ffffff"'), {}],
};

createServer((request, response) => {
  const [body, headers] = PAGES[new URL(request.url, 'http://x').pathname] ?? [];
  response.writeHead(body ? 200 : 404, { 'Content-Type': 'text/html; charset=utf-8', ...headers });
  response.end(body);
}).listen(PORT);
