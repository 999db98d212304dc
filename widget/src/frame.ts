// The two words that the guide and the page around it exchange, with the exact origin both ways.

export class Frame {
  private readonly parent: string | null;

  constructor(query: URLSearchParams, onOpened: () => void) {
    this.parent = query.get('embed') === '1' && window.parent !== window ? originOf(query.get('parent')) : null;
    if (this.parent === null) return;
    window.addEventListener('message', ({ origin, source, data }) => {
      if (origin === this.parent && source === window.parent && data?.alsGuide === 'opened') onOpened();
    });
  }

  get embedded(): boolean {
    return this.parent !== null;
  }

  tell(what: 'ready' | 'close'): void {
    if (this.parent !== null) window.parent.postMessage({ alsGuide: what }, this.parent);
  }
}

function originOf(value: string | null): string | null {
  try {
    const { origin } = new URL(value ?? '');
    return origin === value ? origin : null;
  } catch {
    return null;
  }
}
