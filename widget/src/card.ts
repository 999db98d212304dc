// One answer: what it says, then a picture or table, then where it comes from. All of it is text: nothing is parsed as HTML.

import { html, nothing, type TemplateResult } from 'lit';
import type { Call, GuideMessage, Source } from './api.js';
import type { Language } from './language.js';
import type { Messages } from './messages.en.js';
import { table } from './table.js';
import { timelines } from './timeline.js';

export function card(message: GuideMessage, language: Language): TemplateResult {
  const t = language.texts;
  const level = message.level ?? null;
  const sources = message.sources ?? [];
  const reviewed = message.reviewed ? t.reviewed(month(message.reviewed, language.code)) : '';
  // Numbers stand right under the last line that names one; in an emergency before everything else.
  const numbers = message.calls ?? [];
  const calls = numbers.length ? html`<div class="calls">${numbers.map((number) => ring(number, t))}</div>` : nothing;
  const rows = message.text.split('\n');
  const named = Math.max(...rows.map((row, at) => (numbers.some(({ number }) => row.includes(number)) ? at + 1 : 0)));
  const under = level === 'emergency' ? 0 : named || rows.length;
  return html`
    ${level ? html`<p class="level">${levelSign()}${t.levels[level]}</p>` : nothing}
    ${lines(rows.slice(0, under))} ${calls} ${lines(rows.slice(under))}
    ${message.staging ? timelines(message.staging, t) : nothing}
    ${message.table?.rows.length ? table(message.table) : nothing}
    ${sources.length
      ? html`
          <details>
            <summary>${t.sources}${reviewed ? html` <span class="reviewed">${reviewed}</span>` : nothing}</summary>
            <ul>
              ${sources.map((source) => html`<li>${cite(source, t.newTab)}</li>`)}
            </ul>
          </details>
        `
      : reviewed
        ? html`<p class="reviewed">${reviewed}</p>`
        : nothing}
  `;
}

/** A number as a link. _top: the CSP of the page around us could stop a tel: link that opens in this frame. */
export function call(number: string, label: string, whose = '', scheme = 'tel', query = ''): TemplateResult {
  const href = `${scheme}:${number.replace(/[^\d+*#]/g, '')}${query}`;
  return html`<a class="call" href=${href} target="_top">${phone()}<span>${label} ${whose ? html`<small>${whose}</small>` : nothing}</span></a>`;
}

function ring({ label, number, by, words }: Call, t: Messages): TemplateResult {
  const printed = number.replaceAll(' ', '\u00a0'); // in one line, whatever the width
  if (by === 'call') return call(number, t.call(printed), label ?? '');
  // "?&": iPhones want an ampersand before the words, others a question mark.
  return call(number, t.text(printed, words ?? ''), label ?? '', 'sms', words ? `?&body=${encodeURIComponent(words)}` : '');
}

/** Lines become paragraphs; runs of "• " lines become lists. */
export function lines(rows: string[]): TemplateResult[] {
  const blocks: (string | string[])[] = [];
  for (const line of rows.map((each) => each.trim())) {
    const last = blocks[blocks.length - 1];
    if (!line.startsWith('• ')) line && blocks.push(line);
    else if (Array.isArray(last)) last.push(line.slice(2));
    else blocks.push([line.slice(2)]);
  }
  return blocks.map((block) =>
    Array.isArray(block)
      ? html`<ul>
          ${block.map((item) => html`<li>${item}</li>`)}
        </ul>`
      : html`<p>${block}</p>`,
  );
}

function cite({ title, publisher, date, url }: Source, newTab: string): TemplateResult {
  const rest = [publisher, date].filter(Boolean).join(', ');
  const href = address(url);
  const name = href
    ? html`<a href=${href} target="_blank" rel="noopener noreferrer">${title}<span class="unseen"> ${newTab}</span></a>`
    : html`${title}`;
  return html`${name}${rest ? `. ${rest}` : ''}`;
}

/** "doi.org/10.1…" or a full address; anything else is no link. */
function address(url: string | null | undefined): string | null {
  try {
    const full = new URL(/^https?:\/\//i.test(url ?? '') ? url! : `https://${url ?? ''}`);
    return full.hostname.includes('.') ? full.href : null;
  } catch {
    return null;
  }
}

function month(reviewed: string, language: string): string {
  const [year, number] = reviewed.split('-').map(Number);
  if (!year || !number) return reviewed;
  return new Intl.DateTimeFormat(language, { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(Date.UTC(year, number - 1));
}

function levelSign(): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="M12 3 22 20H2zM12 9v5M12 17v.5" /></svg>`;
}

function phone(): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
    <path d="M5 3h4l2 5-3 2a12 12 0 0 0 6 6l2-3 5 2v4c0 1-1 2-2 2C10 21 3 14 3 5c0-1 1-2 2-2z" />
  </svg>`;
}
