// The one line that a charity pastes into its page. It adds a launcher button and, when that is pressed, the guide in a
// cross-origin iframe: scripts of the host page cannot read the conversation, and its styles cannot break it.
//
//   <script src="https://…/webhooks/guide/loader.js" data-site="demo" data-country="GB" data-language="en" async></script>
//
// Attributes are described in widget/README.md.

import { readable } from './contrast.js';
import css from './loader.css';
import { loaderTexts } from './messages.en.js';

const SVG = 'http://www.w3.org/2000/svg';
const SMALL = '(max-width: 37.5em), (max-height: 35em)'; // here the guide covers the whole page
const TAG = 'als-guide-launcher';
const TEXTS: Record<string, typeof loaderTexts> = { en: loaderTexts };

function start(script: HTMLScriptElement): void {
  if (document.querySelector(TAG)) return; // the line was pasted twice
  const { site = '', country = '', language = 'en', theme = 'auto', colour = '', textColour = '' } = script.dataset;
  const page = new URL('app', script.src);
  const texts = TEXTS[language.split('-')[0] ?? ''] ?? loaderTexts;
  const key = `als-guide-open:${site}`;

  const host = document.createElement(TAG);
  // Inline and !important: nothing in the host's style sheets is stronger.
  host.style.setProperty('all', 'initial', 'important');
  host.lang = texts.language;
  const root = host.attachShadow({ mode: 'open' });
  try {
    // A style sheet made by script is allowed where the host's CSP forbids inline styles.
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet];
  } catch {
    root.appendChild(document.createElement('style')).textContent = css; // Safari before 16.4
  }

  const box = root.appendChild(document.createElement('div'));
  const dark = theme === 'dark' || (theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  box.className = dark ? 'box dark' : 'box';
  const button = document.createElement('button');
  const frame = document.createElement('iframe');
  frame.title = texts.title;
  frame.hidden = true;
  frame.referrerPolicy = 'no-referrer';
  const label = document.createElement('span');
  button.append(bubble(), label);
  box.append(button, frame);

  const query: Record<string, string> = { embed: '1', parent: location.origin, site, country, lang: language, theme };
  if (colour || textColour) {
    if (readable(colour, textColour)) {
      box.style.setProperty('--bg', (query['colour'] = colour));
      box.style.setProperty('--fg', (query['text'] = textColour));
    } else {
      console.warn('ALS Guide: colours ignored. Both must be #rrggbb, at least 4.5:1 apart.');
    }
  }
  page.search = String(new URLSearchParams(query));

  let ready = false;
  let wantsFocus = false;
  const tell = (what: string) => frame.contentWindow?.postMessage({ alsGuide: what }, page.origin);

  function show(open: boolean, byVisitor: boolean): void {
    if (open && !frame.src) frame.src = page.href; // nothing of ours is loaded before the guide is wanted
    frame.hidden = !open;
    box.classList.toggle('open', open);
    button.setAttribute('aria-expanded', String(open));
    label.textContent = open ? texts.close : texts.open;
    if (!byVisitor) return;
    try {
      localStorage.setItem(key, open ? '1' : '0');
    } catch {
      // Storage is blocked: the guide is closed on the next page.
    }
    wantsFocus = open;
    if (open) {
      frame.focus();
      if (ready) tell('opened');
    } else {
      button.focus();
    }
  }

  button.addEventListener('click', () => show(frame.hidden, true));
  root.addEventListener('keydown', (event) => {
    if ((event as KeyboardEvent).key === 'Escape' && !frame.hidden) show(false, true);
  });
  addEventListener('message', ({ origin, source, data }) => {
    if (origin !== page.origin || source !== frame.contentWindow) return;
    if (data?.alsGuide === 'close') show(false, true);
    if (data?.alsGuide === 'ready') {
      ready = true;
      if (wantsFocus && root.activeElement === frame) tell('opened');
    }
  });

  let wasOpen = false;
  try {
    wasOpen = localStorage.getItem(key) === '1';
  } catch {
    // Storage is blocked.
  }
  show(wasOpen && !matchMedia(SMALL).matches, false);
  document.body.append(host);
}

function bubble(): SVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  svg.appendChild(document.createElementNS(SVG, 'path')).setAttribute('d', 'M4 5h16v11h-9l-5 4v-4H4zM8 9h8M8 12h5');
  return svg;
}

const script = document.currentScript as HTMLScriptElement | null;
if (script) {
  if (document.body) start(script);
  else addEventListener('DOMContentLoaded', () => start(script));
}
