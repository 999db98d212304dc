// Medicines by country. On a narrow screen each row becomes a block, and each cell says which column it belongs to.
// The roles are spelled out since display: block takes them from table elements in some browsers.

import { html, type TemplateResult } from 'lit';

export function table({ columns, rows }: { columns: string[]; rows: string[][] }): TemplateResult {
  return html`
    <table role="table">
      <thead role="rowgroup">
        <tr role="row">
          ${columns.map((name) => html`<th role="columnheader" scope="col">${name}</th>`)}
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${rows.map(
          ([first, ...rest]) => html`
            <tr role="row">
              <th role="rowheader" scope="row">${first}</th>
              ${rest.map((cell, at) => html`<td role="cell" data-label=${columns[at + 1] ?? ''}>${cell}</td>`)}
            </tr>
          `,
        )}
      </tbody>
    </table>
  `;
}
