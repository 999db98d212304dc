// The stages as a picture, with the suggested stage or range marked: a hatched ring, a thick frame and a word, never
// colour alone. Everything in it is text as well, so there is nothing that only the picture says.

import { html, nothing, svg, type TemplateResult } from 'lit';
import type { Messages } from './messages.en.js';

const NODES = { kings: ['1', '2', '3', '4a', '4b'], mitos: ['0', '1', '2', '3', '4'] };
type System = keyof typeof NODES;

export function timelines(staging: { kings?: string[]; mitos?: string[] }, t: Messages): TemplateResult {
  const kings = staging.kings ?? [];
  const mitos = staging.mitos ?? [];
  // A result without any stage still shows King's stages, with none marked.
  return html`
    ${kings.length || !mitos.length ? timeline('kings', kings, t) : nothing}
    ${mitos.length ? timeline('mitos', mitos, t) : nothing}
  `;
}

function timeline(system: System, stages: string[], t: Messages): TemplateResult {
  const words = t.stages;
  // "4" alone is feeding and breathing together: both halves of stage 4 are marked.
  const marked = new Set(system === 'kings' ? stages.flatMap((stage) => (stage === '4' ? ['4a', '4b'] : [stage])) : stages);
  const list = stages.join(words.or);
  const sentence = !stages.length ? words.none : stages.length === 1 ? words.marked(list) : words.range(list);
  return html`
    <figure class="timeline">
      <figcaption><strong>${words[system]}.</strong> ${sentence}</figcaption>
      <ol>
        ${NODES[system].map(
          (name) => html`
            <li class=${marked.has(name) ? 'marked' : ''}>
              ${node(name, marked.has(name), stages.length > 1)}
              <span class="name">${words.stage(name)}</span>
              <span class="meaning">${words.meaning[system][name]}</span>
              ${marked.has(name) ? html`<strong class="fits">${stages.length > 1 ? words.mayFit : words.fits}</strong>` : nothing}
            </li>
          `,
        )}
      </ol>
    </figure>
  `;
}

function node(name: string, marked: boolean, range: boolean): TemplateResult {
  return html`
    <svg viewBox="0 0 64 64" aria-hidden="true">
      ${marked
        ? svg`<circle class="ring ${range ? 'range' : ''}" cx="32" cy="32" r="26"></circle><circle class="edge" cx="32" cy="32" r="30.5"></circle>`
        : nothing}
      <circle class="face" cx="32" cy="32" r="21"></circle>
      <text x="32" y="39" text-anchor="middle">${name}</text>
    </svg>
  `;
}
