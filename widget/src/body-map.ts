// Which parts are affected: a picture of a person, and a list that says the same. Both are plain buttons, so that Tab and
// Enter, a switch, a dwelling gaze, a finger and a screen reader all can do it; nothing is sent before Send is pressed.

import { html, LitElement, nothing, svg, type TemplateResult } from 'lit';
import type { Finding, Region, Regions } from './api.js';
import type { Messages } from './messages.en.js';

const REGIONS: Region[] = ['bulbar', 'upper_limb', 'lower_limb'];
const STATES: Finding[] = ['affected', 'unaffected', 'unknown'];
export const SIGNS: Record<Finding, string> = { affected: '●', unaffected: '○', unknown: '?' };

/** "Speech or swallowing: affected. Arms or hands: not sure." */
export function regionsAsText(regions: Regions, t: Messages): string {
  const told = REGIONS.filter((region) => regions[region]);
  return told.map((region) => `${t.map.regions[region]}: ${t.map.states[regions[region]!].toLowerCase()}.`).join(' ');
}

export class BodyMap extends LitElement {
  static override properties = {
    texts: { attribute: false },
    known: { attribute: false },
    chosen: { state: true },
    warned: { state: true },
    pictureOpen: { state: true },
  };

  texts!: Messages;
  /** What is known so far: the map starts with it. */
  known: Partial<Record<Region, Finding | null>> = {};
  private chosen: Regions = {};
  private warned = false;
  private pictureOpen = false; // counts where there is no room for picture and list side by side

  protected override createRenderRoot() {
    return this;
  }

  protected override willUpdate(changed: Map<string, unknown>) {
    if (!changed.has('known')) return;
    this.chosen = {};
    for (const region of REGIONS) {
      const finding = this.known[region];
      if (finding && STATES.includes(finding)) this.chosen[region] = finding;
    }
  }

  protected override render(): TemplateResult {
    const t = this.texts.map;
    return html`
      <section class="body-map" aria-label=${t.title}>
        <button type="button" class="plain fold-picture" aria-expanded=${this.pictureOpen} @click=${() => (this.pictureOpen = !this.pictureOpen)}>
          ${this.pictureOpen ? t.hidePicture : t.showPicture}
        </button>
        <div class="sides ${this.pictureOpen ? 'open' : ''}">
          <p class="hint about-picture">${t.picture}</p>
          <div class="picture">
            ${this.drawing()} ${this.touch('bulbar', 'head')} ${this.touch('upper_limb', 'arm')} ${this.otherArm()}
            ${this.touch('lower_limb', 'legs')}
          </div>
          <div class="list">${REGIONS.map((region) => this.row(region))}</div>
        </div>
        <p class="hint">${t.rest}</p>
        ${this.warned ? html`<p class="warning">${t.nothing}</p>` : nothing}
        <button type="button" class="primary" @click=${this.send}>${t.send}</button>
      </section>
    `;
  }

  private row(region: Region): TemplateResult {
    const t = this.texts.map;
    return html`
      <div role="group" aria-label=${t.regions[region]}>
        <p class="region" aria-hidden="true">${t.regions[region]}</p>
        <div class="states">
          ${STATES.map(
            (state) => html`
              <button
                type="button"
                class="state"
                aria-pressed=${this.chosen[region] === state}
                @click=${() => this.choose(region, state)}
              >
                <span class="sign" aria-hidden="true">${SIGNS[state]}</span>${t.states[state]}
              </button>
            `,
          )}
        </div>
      </div>
    `;
  }

  private touch(region: Region, place: string): TemplateResult {
    const t = this.texts.map;
    const state = this.chosen[region];
    return html`
      <button
        type="button"
        class="touch ${place}"
        aria-label="${t.regions[region]}: ${state ? t.states[state] : t.open}"
        @click=${() => this.cycle(region)}
      >
        <span class="sign" aria-hidden="true">${state ? SIGNS[state] : ''}</span>
      </button>
    `;
  }

  /** The second arm is the same region: for pointers only, so that nobody has to tab past it. */
  private otherArm(): TemplateResult {
    const pressed = () => {
      this.cycle('upper_limb');
      this.querySelector<HTMLElement>('.touch.arm')?.focus();
    };
    const state = this.chosen.upper_limb;
    return html`
      <button type="button" class="touch other-arm" tabindex="-1" aria-hidden="true" @click=${pressed}>
        <span class="sign">${state ? SIGNS[state] : ''}</span>
      </button>
    `;
  }

  private choose(region: Region, state: Finding) {
    this.chosen = { ...this.chosen, [region]: state };
    this.warned = false;
  }

  private cycle(region: Region) {
    const now = this.chosen[region];
    this.choose(region, STATES[now ? (STATES.indexOf(now) + 1) % STATES.length : 0]!);
  }

  private send() {
    this.warned = !Object.keys(this.chosen).length;
    if (this.warned) this.dispatchEvent(new CustomEvent('announce', { detail: this.texts.map.nothing, bubbles: true }));
    else this.dispatchEvent(new CustomEvent<Regions>('regions', { detail: this.chosen, bubbles: true }));
  }

  /** Drawn for this project: front view, no face, no sex, no age. */
  private drawing(): TemplateResult {
    const look = (region: Region) => `part ${this.chosen[region] ?? 'open'}`;
    return html`
      <svg viewBox="0 0 240 400" aria-hidden="true">
        <defs>
          <pattern id="hatch" width="9" height="9" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <rect class="ground" width="9" height="9"></rect>
            <rect class="ink" width="4.5" height="9"></rect>
          </pattern>
          <pattern id="dots" width="11" height="11" patternUnits="userSpaceOnUse">
            <rect class="ground" width="11" height="11"></rect>
            <circle class="ink" cx="5.5" cy="5.5" r="2.4"></circle>
          </pattern>
        </defs>
        <path class="trunk" d=${TRUNK}></path>
        <g class=${look('lower_limb')}>${both(LEG)}</g>
        <g class=${look('upper_limb')}>${both(ARM)}</g>
        <g class=${look('bulbar')}>
          <path d=${HEAD}></path>
        </g>
      </svg>
    `;
  }
}

const HEAD =
  'M120 8 C101 8 91 23 92 42 C93 56 99 68 107 75 L106 88 C105 94 102 96 98 98 C106 110 134 110 142 98 C138 96 135 94 134 88 L133 75 C141 68 147 56 148 42 C149 23 139 8 120 8 Z';
const TRUNK =
  'M98 98 C92 101 86 103 80 106 C86 126 88 150 87 172 C86 192 82 208 82 226 C94 232 146 232 158 226 C158 208 154 192 153 172 C152 150 154 126 160 106 C154 103 148 101 142 98 C134 110 106 110 98 98 Z';
const ARM =
  'M80 106 C66 109 60 120 56 136 C50 158 44 174 38 194 C32 214 28 230 24 246 C19 252 15 260 14 268 C13 276 17 279 20 274 C20 284 24 290 29 290 C37 290 42 276 42 262 C42 256 42 252 44 248 C52 230 58 214 63 198 C70 180 78 160 84 138 C86 126 84 114 80 106 Z';
const LEG =
  'M82 230 C80 256 82 280 86 304 C88 326 88 344 88 360 C84 370 74 378 72 386 C72 391 78 392 86 392 L104 392 C110 392 112 388 110 380 C108 370 108 360 109 346 C112 320 116 292 117 256 C118 248 118 240 118 232 C104 232 92 232 82 230 Z';

function both(path: string) {
  return svg`<path d=${path}></path><path d=${path} transform="matrix(-1 0 0 1 240 0)"></path>`;
}

customElements.define('body-map', BodyMap);
