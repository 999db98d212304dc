// The guide itself: one element that holds the conversation. It is drawn into the page, not into a shadow root: the page is
// ours alone (an iframe or a page of its own), and the style sheet can stay a file, as the CSP wants it.

import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { Api, newId, Problem, stored, type Emergency, type GuideMessage, type Outgoing, type Regions, type Session } from './api.js';
import './body-map.js';
import { regionsAsText } from './body-map.js';
import { call, card, lines } from './card.js';
import { readable } from './contrast.js';
import { Frame } from './frame.js';
import { languageFor } from './language.js';
import { download, print } from './note.js';
import { canSpeak, hush, speak } from './speech.js';

/** What the visitor said; `body` is kept until it has arrived, so that it can be sent again. */
interface Said {
  from: 'person';
  id: string;
  text: string;
  body?: Outgoing;
  state?: 'sending' | 'failed';
  problem?: string;
}
type Entry = GuideMessage | Said;
type Phase = 'starting' | 'talking' | 'unreachable' | 'expired' | 'ended';

const LIMIT = 2000;
const COUNT_FROM = 1800;
const ANNOUNCED_FOR = 1000; // ms; a live region that keeps its text is read again when someone browses past it
const SLOW_AFTER = 8000;
// Until the server has said which country's number it is. The same numbers stand in app.html for a page without script.
const ANYWHERE: Emergency[] = ['112', '911', '999'].map((number) => ({ label: number, tel: number }));

const query = new URLSearchParams(location.search);
const language = languageFor(query.get('lang') ?? document.documentElement.lang);
const t = language.texts;

class AlsGuide extends LitElement {
  static override properties = {
    entries: { state: true },
    phase: { state: true },
    numbers: { state: true },
    screen: { state: true },
    typingOpen: { state: true },
    draft: { state: true },
    notice: { state: true },
    offline: { state: true },
    size: { state: true },
    aloud: { state: true },
    reading: { state: true },
    confirming: { state: true },
    noteReady: { state: true },
    optionsNotice: { state: true },
  };

  private entries: Entry[] = [];
  private phase: Phase = 'starting';
  private numbers = ANYWHERE;
  private screen: 'conversation' | 'options' = 'conversation';
  private typingOpen = false; // counts on a small screen alone
  private draft = '';
  private notice = '';
  private offline = !navigator.onLine;
  private size = Number(stored(() => localStorage.getItem('als-guide-size')) ?? 0);
  private aloud = canSpeak && stored(() => localStorage.getItem('als-guide-aloud')) === '1';
  private reading: string | null = null;
  private confirming = false;
  private noteReady = false;
  private optionsNotice = '';
  private readonly api = new Api(query.get('site') ?? '');
  private readonly frame = new Frame(query, () => this.querySelector('h1')?.focus());

  protected override createRenderRoot() {
    return this;
  }

  override connectedCallback() {
    this.replaceChildren(); // what app.html shows until the script is here
    super.connectedCallback();
    addEventListener('offline', () => (this.offline = true));
    addEventListener('online', () => {
      this.offline = false;
      this.announce(t.online);
      if (this.phase === 'unreachable') void this.begin();
    });
    addEventListener('keydown', (event) => event.key === 'Escape' && !event.isComposing && !event.defaultPrevented && this.escape());
    addEventListener('pagehide', hush);
    this.showSize();
    void this.begin();
  }

  protected override firstUpdated() {
    this.frame.tell('ready');
  }

  // --- the conversation

  private async begin(): Promise<void> {
    this.phase = 'starting';
    try {
      this.restore(this.api.hasToken ? await this.api.history() : await this.api.begin(query.get('country') || null));
    } catch (problem) {
      const { status, message } = problem as Problem;
      if (status === 401 && this.api.hasToken) {
        this.api.forget(); // run out, or erased from another tab
        return this.begin();
      }
      this.phase = 'unreachable';
      this.announce((this.notice = message || t.unreachable));
    }
  }

  private tryAgain() {
    this.querySelector('h1')?.focus(); // the pressed button goes away
    void this.begin();
  }

  private restore(session: Session) {
    this.entries = session.messages;
    if (session.emergency.length) this.numbers = session.emergency;
    this.noteReady = session.messages.some((message) => message.from === 'guide' && message.note);
    this.notice = '';
    this.phase = 'talking';
    // Back where the talk was. A new one starts at the top, with the introduction.
    const last = this.entries.map(({ from }) => from).lastIndexOf('person');
    if (last >= 0) void this.updateComplete.then(() => this.bringUp(this.entries[last]!.id));
  }

  /** Always called within the visitor's own action: this is the only place where the focus follows the talk. */
  private say(text: string, body: Outgoing, focusIt: boolean) {
    if (this.waiting) return;
    hush();
    if (focusIt) this.typingOpen = false; // who answers with a button needs the room more
    const id = newId();
    const said: Said = { from: 'person', id, text, body: { ...body, id }, state: 'sending' };
    this.entries = [...this.entries.filter((entry) => !failed(entry)), said];
    void this.updateComplete.then(() => {
      // The pressed button is gone; the line that replaces it takes its place in the order of focus.
      if (focusIt) this.entry(said.id)?.focus({ preventScroll: true });
      this.bringUp(said.id);
    });
    void this.deliver(said);
  }

  private async deliver(said: Said) {
    const slow = setTimeout(() => this.announce((this.notice = t.slow)), SLOW_AFTER);
    this.notice = '';
    try {
      const { emergency, messages: answers } = await this.api.send(said.body!);
      if (!this.entries.some(({ id }) => id === said.id)) return; // erased meanwhile
      this.change(said, { state: undefined, body: undefined });
      this.entries = [...this.entries, ...answers];
      if (emergency.length) this.numbers = emergency;
      this.noteReady ||= answers.some(({ note }) => note);
      this.notice = '';
      await this.updateComplete;
      this.bringUp(said.id);
      this.announce(answers.map(spoken).join('\n'));
      if (this.aloud) this.read(answers.map(({ text }) => text).join('\n'), answers[0]?.id ?? '');
    } catch (problem) {
      if (!this.entries.some(({ id }) => id === said.id)) return;
      const { status, message } = problem as Problem;
      if (status === 401) this.phase = 'expired';
      // Offline has a notice of its own, which goes when the network is back.
      const why = message || (status === 401 ? t.expired : navigator.onLine ? t.unreachable : '');
      this.notice = '';
      this.change(said, { state: 'failed', problem: why });
      this.announce(`${t.notSent} ${why || t.offline}`);
      await this.updateComplete; // the choices above are there again, and take room
      this.bringUp(said.id);
    } finally {
      clearTimeout(slow);
    }
  }

  private change(said: Said, change: { [Key in keyof Said]?: Said[Key] | undefined }) {
    this.entries = this.entries.map((entry) => (entry.id === said.id ? ({ ...entry, ...change } as Said) : entry));
  }

  private sendAgain(said: Said) {
    if (this.waiting) return;
    const again: Said = { ...said, body: { ...said.body!, again: true } };
    this.change(again, { ...again, state: 'sending' });
    this.entry(again.id)?.focus({ preventScroll: true });
    void this.deliver(again);
  }

  private sendTyped(event: Event) {
    event.preventDefault();
    const text = this.draft.trim();
    if (this.waiting) return;
    const over = length(text) - LIMIT;
    if (!text) return this.announce((this.notice = t.empty));
    if (over > 0) return this.announce(t.tooLong(over)); // it stands under the text already
    this.draft = '';
    this.say(text, { text }, false);
  }

  private get waiting(): boolean {
    return this.entries.some((entry) => entry.from === 'person' && entry.state === 'sending');
  }

  private async erase() {
    try {
      await this.api.end();
    } catch {
      this.announce((this.optionsNotice = t.endFailed));
      return;
    }
    hush();
    this.entries = [];
    this.noteReady = false;
    this.confirming = false;
    this.draft = this.notice = this.optionsNotice = '';
    this.phase = 'ended';
    this.screen = 'conversation';
    await this.updateComplete;
    this.querySelector<HTMLElement>('.over')?.focus();
    this.announce(t.ended);
  }

  private startNew() {
    this.api.forget();
    this.entries = [];
    void this.begin();
    this.querySelector('h1')?.focus();
  }

  // --- saving, printing, reading aloud

  private asText(): string {
    return this.entries.map((entry) => `${entry.from === 'guide' ? t.guide : t.you}:\n${entry.text}\n`).join('\n');
  }

  private save() {
    download(this.asText(), 'als-guide.txt');
    this.announce((this.optionsNotice = t.saved));
  }

  private async note(format: 'html' | 'text' | 'print') {
    try {
      if (format === 'print') print(await this.api.noteDocument());
      else download(await this.api.note(format), format === 'html' ? 'note.html' : 'note.txt');
      this.optionsNotice = format === 'print' ? '' : t.saved;
    } catch {
      this.optionsNotice = t.noteFailed;
    }
    this.notice = this.screen === 'conversation' ? this.optionsNotice : '';
    this.announce(this.optionsNotice);
  }

  private read(text: string, id: string) {
    this.reading = id;
    speak(text, language.code, () => {
      if (this.reading === id) this.reading = null;
    });
  }

  private toggleReading(message: GuideMessage) {
    if (this.reading === message.id) {
      hush();
      this.reading = null;
    } else this.read(message.text, message.id);
  }

  // --- what is shown

  private async show(screen: 'conversation' | 'options') {
    this.screen = screen;
    this.confirming = false;
    this.optionsNotice = '';
    await this.updateComplete;
    this.querySelector<HTMLElement>(screen === 'options' ? '.options h2' : '.open-options')?.focus();
  }

  private escape() {
    if (this.confirming) void this.confirm(false);
    else if (this.screen === 'options') void this.show('conversation');
    else this.frame.tell('close');
  }

  private async confirm(asking: boolean) {
    this.confirming = asking;
    await this.updateComplete;
    this.querySelector<HTMLElement>(asking ? '.sure' : '.end')?.focus();
  }

  private setSize(size: number) {
    this.size = size;
    stored(() => localStorage.setItem('als-guide-size', String(size)));
    this.showSize();
  }

  private showSize() {
    document.documentElement.dataset['size'] = String(this.size);
  }

  private setAloud(on: boolean) {
    this.aloud = on;
    if (!on) hush();
    stored(() => localStorage.setItem('als-guide-aloud', on ? '1' : '0'));
  }

  private async openTyping() {
    this.typingOpen = true;
    await this.updateComplete;
    this.querySelector('textarea')?.focus();
  }

  private entry(id: string): HTMLElement | null {
    return this.querySelector(`[data-id="${CSS.escape(id)}"]`);
  }

  /** At once and only after the visitor's own action: nothing glides away under a dwelling gaze. */
  private bringUp(id: string) {
    const main = this.querySelector('main');
    const top = this.entry(id)?.getBoundingClientRect().top;
    if (!main || top === undefined) return;
    // Not scrollIntoView: from inside a frame it may scroll the page around us as well.
    if (getComputedStyle(main).overflowY === 'auto') main.scrollTop += top - main.getBoundingClientRect().top - 12;
    else window.scrollBy(0, top - (this.querySelector('.numbers')?.clientHeight ?? 0) - 12);
  }

  /** Says it in the live region, which is apart from the visible conversation. */
  private announce(text: string) {
    const region = this.querySelector('.announcer');
    if (!text || !region) return;
    const line = document.createElement('p');
    line.textContent = text;
    region.append(line);
    setTimeout(() => line.remove(), ANNOUNCED_FOR);
  }

  protected override render(): TemplateResult {
    return html`
      <header>
        <h1 tabindex="-1">${t.title}</h1>
        <button
          type="button"
          class="open-options"
          aria-expanded=${this.screen === 'options'}
          @click=${() => this.show(this.screen === 'options' ? 'conversation' : 'options')}
        >
          ${icon('M4 7h10M18 7h2M4 17h2M10 17h10M16 4.5v5M8 14.5v5')}<span>${t.options}</span>
        </button>
        ${this.frame.embedded
          ? html`<button type="button" @click=${() => this.frame.tell('close')}>${icon('M6 6l12 12M18 6L6 18')}<span>${t.close}</span></button>`
          : nothing}
      </header>
      <section class="numbers" aria-label=${t.levels.emergency}>
        <span>${t.emergency}</span> ${this.numbers.map(({ label, tel }) => call(tel, label))}
      </section>
      <main @announce=${(event: CustomEvent<string>) => this.announce(event.detail)}>
        <div class="column">${this.screen === 'options' ? this.options() : this.conversation()}</div>
      </main>
      ${this.screen === 'conversation' ? this.composer() : nothing}
      <div class="announcer unseen" role="status" aria-live="polite" aria-atomic="false"></div>
    `;
  }

  private conversation(): TemplateResult {
    if (this.phase === 'ended')
      return html`
        <p class="over" tabindex="-1">${t.ended}</p>
        <button type="button" class="primary" @click=${this.startNew}>${t.startNew}</button>
      `;
    const live = this.entries.map((entry) => entry.from === 'person' && !failed(entry)).lastIndexOf(true);
    return html`
      <section class="intro" aria-labelledby="intro">
        <h2 id="intro">${t.introTitle}</h2>
        <dl>
          ${t.intro.map(([what, text]) => html`<div><dt>${what}</dt><dd>${text}</dd></div>`)}
        </dl>
      </section>
      <div role="log" aria-live="off" aria-label=${t.conversation}>
        <ol>
          ${this.entries.map((entry, at) => keyed(entry.id, entry.from === 'guide' ? this.answer(entry, at > live && this.phase === 'talking') : this.said(entry)))}
        </ol>
      </div>
      ${this.waiting || this.phase === 'starting'
        ? html`<p class="writing">${t.writing}<span aria-hidden="true"><i></i><i></i><i></i></span></p>`
        : nothing}
      ${this.phase === 'unreachable' ? html`<button type="button" class="primary" @click=${this.tryAgain}>${t.tryAgain}</button>` : nothing}
      ${this.phase === 'expired' ? html`<button type="button" class="primary" @click=${this.startNew}>${t.startNew}</button>` : nothing}
    `;
  }

  private said(said: Said): TemplateResult {
    return html`
      <li class="person" data-id=${said.id} tabindex="-1">
        <h2 class="unseen">${t.you}</h2>
        <div class="bubble">${lines(said.text.split('\n'))}</div>
        ${said.state === 'failed'
          ? html`
              <p class="warning">${t.notSent} ${said.problem}</p>
              ${this.phase === 'expired'
                ? nothing
                : html`<button type="button" class="primary" @click=${() => this.sendAgain(said)}>${t.sendAgain}</button>`}
            `
          : nothing}
      </li>
    `;
  }

  private answer(message: GuideMessage, live: boolean): TemplateResult {
    const buttons = live ? (message.buttons ?? []) : [];
    const replies = buttons.filter(({ aside }) => !aside);
    const asides = buttons.filter(({ aside }) => aside);
    const map = live && message.ask === 'regions';
    return html`
      <li class="guide" data-id=${message.id}>
        <div class="card ${message.level ?? ''}">
          <h2>${t.guide}</h2>
          ${card(message, language)}
          ${this.aloud
            ? html`<button type="button" class="plain" @click=${() => this.toggleReading(message)}>
                ${icon('M4 9h4l5-4v14l-5-4H4zM16 9a4 4 0 0 1 0 6M18.5 6.5a8 8 0 0 1 0 11')}${this.reading === message.id ? t.stopListening : t.listen}
              </button>`
            : nothing}
          ${map
            ? html`<body-map
                .texts=${t}
                .known=${message.regions ?? {}}
                @regions=${({ detail }: CustomEvent<Regions>) => this.say(regionsAsText(detail, t), { regions: detail }, true)}
              ></body-map>`
            : nothing}
          ${message.note ? this.noteButtons() : nothing}
        </div>
        ${map && replies.length ? html`<p class="or">${t.map.orButtons}</p>` : nothing}
        ${this.replies(replies, t.choices, map ? 'replies short' : 'replies')} ${this.replies(asides, t.asides, 'replies asides')}
      </li>
    `;
  }

  private replies(buttons: GuideMessage['buttons'], label: string, kind: string) {
    if (!buttons?.length) return nothing;
    const press = (title: string, payload: string) => () => this.say(title, { button: payload }, true);
    return html`
      <div class=${kind} role="group" aria-label=${label}>
        ${buttons.map(({ title, payload }) => html`<button type="button" @click=${press(title, payload)}>${title}</button>`)}
      </div>
    `;
  }

  private noteButtons(): TemplateResult {
    return html`
      <div class="note">
        <button type="button" class="plain" @click=${() => this.note('print')}>${t.notePrint}</button>
        <button type="button" class="plain" @click=${() => this.note('html')}>${t.noteHtml}</button>
        <button type="button" class="plain" @click=${() => this.note('text')}>${t.noteText}</button>
      </div>
    `;
  }

  private composer(): TemplateResult {
    const count = length(this.draft.trim());
    const over = count - LIMIT;
    const enter = (event: KeyboardEvent) => event.key === 'Enter' && !event.shiftKey && !event.isComposing && this.sendTyped(event);
    return html`
      <footer>
        <div class="column">
          ${this.offline ? html`<p class="warning">${t.offline}</p>` : this.notice ? html`<p class="warning">${this.notice}</p>` : nothing}
          ${this.phase === 'talking'
            ? html`
                <button type="button" class="fold plain" ?hidden=${this.typingOpen} @click=${this.openTyping}>${t.typeInstead}</button>
                <form class=${this.typingOpen ? 'open' : ''} @submit=${this.sendTyped}>
                  <label class="unseen" for="draft">${t.typeLabel}</label>
                  <textarea
                    id="draft"
                    rows="1"
                    placeholder=${t.typeHere}
                    aria-describedby="count"
                    aria-invalid=${over > 0}
                    .value=${this.draft}
                    @input=${({ target }: Event) => (this.draft = (target as HTMLTextAreaElement).value)}
                    @keydown=${enter}
                  ></textarea>
                  <button class="primary" aria-disabled=${this.waiting || over > 0}>${t.send}</button>
                </form>
                <p id="count" class=${over > 0 ? 'warning' : ''} ?hidden=${count < COUNT_FROM}>
                  ${over > 0 ? t.tooLong(over) : t.left(-over)}
                </p>
              `
            : nothing}
        </div>
      </footer>
    `;
  }

  private options(): TemplateResult {
    const toggle = (pressed: boolean, label: string, press: () => void) =>
      html`<button type="button" class="choice" aria-pressed=${pressed} @click=${press}>${label}</button>`;
    return html`
      <section class="options" aria-labelledby="options">
        <h2 id="options" tabindex="-1">${t.options}</h2>
        <h3 id="size">${t.textSize}</h3>
        <div class="row" role="group" aria-labelledby="size">
          ${t.sizes.map((name, size) => toggle(this.size === size, name, () => this.setSize(size)))}
        </div>
        ${canSpeak
          ? html`
              <h3 id="aloud">${t.readAloud}</h3>
              <div class="row" role="group" aria-labelledby="aloud">
                ${toggle(!this.aloud, t.off, () => this.setAloud(false))} ${toggle(this.aloud, t.on, () => this.setAloud(true))}
              </div>
            `
          : nothing}
        ${this.noteReady ? html`<h3>${t.note}</h3>${this.noteButtons()}` : nothing}
        ${this.phase === 'talking' || this.phase === 'expired'
          ? html`
              <h3>${t.keep}</h3>
              <div class="note">
                <button type="button" class="plain" @click=${this.save}>${t.save}</button>
                ${this.confirming
                  ? html`
                      <p class="sure" tabindex="-1">${t.endSure}</p>
                      <button type="button" class="danger" @click=${this.erase}>${t.endYes}</button>
                      <button type="button" class="plain" @click=${() => this.confirm(false)}>${t.endNo}</button>
                    `
                  : html`<button type="button" class="plain end" @click=${() => this.confirm(true)}>${t.end}</button>`}
              </div>
            `
          : nothing}
        ${this.optionsNotice ? html`<p class="warning">${this.optionsNotice}</p>` : nothing}
        <button type="button" class="primary" @click=${() => this.show('conversation')}>${t.back}</button>
      </section>
    `;
  }
}

function failed(entry: Entry): boolean {
  return entry.from === 'person' && entry.state === 'failed';
}

function length(text: string): number {
  return [...text].length; // as the server counts
}

/** An answer and its choices, as a screen reader should hear them. */
function spoken({ text, buttons }: GuideMessage): string {
  const titles = (buttons ?? []).map(({ title }) => title).join(', ');
  return titles ? `${text}\n${t.choicesAre(titles)}` : text;
}

function icon(path: string): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d=${path}></path></svg>`;
}

function dress(): void {
  const root = document.documentElement;
  root.lang = language.code;
  root.dir = language.dir;
  const theme = query.get('theme');
  if (theme === 'light' || theme === 'dark') root.dataset['theme'] = theme;
  const [colour, text] = [query.get('colour') ?? '', query.get('text') ?? ''];
  if (readable(colour, text)) {
    root.style.setProperty('--brand', colour);
    root.style.setProperty('--on-brand', text);
  }
}

dress();
customElements.define('als-guide', AlsGuide);
