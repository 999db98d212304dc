// Saving and printing. The note is printed from this page: a frame or window with its own style would be stopped by the CSP.

const COPIED = ['H1', 'H2', 'P', 'UL', 'LI', 'TABLE', 'TBODY', 'TR', 'TH', 'TD', 'STRONG', 'SPAN', 'DIV'];

export function download(content: Blob | string, name: string): void {
  const link = document.createElement('a');
  const url = URL.createObjectURL(typeof content === 'string' ? new Blob([content], { type: 'text/plain;charset=utf-8' }) : content);
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

export function print(note: Document): void {
  const paper = document.createElement('div');
  paper.id = 'paper';
  copy(note.body, paper);
  document.body.append(paper);
  document.documentElement.classList.add('printing');
  window.addEventListener('afterprint', clear, { once: true });
  window.print();

  function clear() {
    paper.remove();
    document.documentElement.classList.remove('printing');
  }
}

/** Text and plain structure only: no attribute but the class, no script, no style comes along. */
function copy(from: Node, to: Node): void {
  for (const child of from.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) to.appendChild(document.createTextNode(child.nodeValue ?? ''));
    if (!(child.nodeType === Node.ELEMENT_NODE && COPIED.includes(child.nodeName))) continue;
    const element = document.createElement(child.nodeName);
    element.className = (child as Element).className;
    copy(child, to.appendChild(element));
  }
}
