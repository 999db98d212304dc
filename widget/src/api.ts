// The channel's JSON (guide/channel/openapi.json describes it), and the token: in memory and sessionStorage, never in a URL.

export type Region = 'bulbar' | 'upper_limb' | 'lower_limb';
export type Finding = 'affected' | 'unaffected' | 'unknown';
export type Regions = Partial<Record<Region, Finding>>;

export interface Emergency {
  label: string;
  tel: string;
}
export interface ReplyButton {
  title: string;
  payload: string;
  aside?: boolean;
}
export interface Source {
  title: string;
  publisher?: string | null;
  url?: string | null;
  date?: string | null;
}
/** A number that an answer speaks of. `label`: whose; none for the emergency number. */
export interface Call {
  label?: string | null;
  number: string;
  by: 'call' | 'text';
  words?: string | null;
}
export interface GuideMessage {
  id: string;
  from: 'guide';
  text: string;
  buttons?: ReplyButton[];
  sources?: Source[];
  reviewed?: string | null;
  table?: { columns: string[]; rows: string[][] } | null;
  ask?: 'regions' | null;
  regions?: Partial<Record<Region, Finding | null>> | null;
  staging?: { kings?: string[]; mitos?: string[] } | null;
  note?: boolean;
  calls?: Call[];
  level?: 'emergency' | 'crisis' | 'urgent_today' | null;
}
export interface PersonMessage {
  id: string;
  from: 'person';
  text: string;
}
export interface Session {
  emergency: Emergency[];
  messages: (GuideMessage | PersonMessage)[];
}
/** `id` names the message, so that the server knows it when it is sent `again`: its answer may have been lost on the way. */
export type Outgoing = ({ text: string } | { button: string } | { regions: Regions }) & { id?: string; again?: true };

/** What went wrong: `code` from the channel, or "offline" where no answer came. */
export class Problem extends Error {
  constructor(
    readonly code: string,
    message = '',
    readonly status = 0,
  ) {
    super(message);
  }
}

const PATIENCE = 45_000; // a slow phone on a slow network; after that the visitor may send again

export class Api {
  private token: string | null;
  private readonly key: string;

  constructor(private readonly site: string) {
    this.key = `als-guide:${site}`;
    this.token = stored(() => sessionStorage.getItem(this.key));
  }

  get hasToken(): boolean {
    return this.token !== null;
  }

  async begin(country: string | null): Promise<Session> {
    const body = { ...(this.site && { site: this.site }), country };
    const answer = await this.json('session', body);
    this.keep(answer.token);
    return { emergency: answer.emergency ?? [], messages: answer.opening?.messages ?? [] };
  }

  async history(): Promise<Session> {
    const answer = await this.json('history');
    return { emergency: answer.emergency ?? [], messages: answer.messages ?? [] };
  }

  /** The answers, and the numbers to call: "I am in the US" changes them. */
  async send(message: Outgoing): Promise<{ emergency: Emergency[]; messages: GuideMessage[] }> {
    const answer = await this.json('message', message);
    return { emergency: answer.emergency ?? [], messages: answer.messages ?? [] };
  }

  /** Erases the conversation on the server, then what this browser knows of it. */
  async end(): Promise<void> {
    try {
      await this.call('end', {});
    } catch (problem) {
      if (!(problem instanceof Problem) || problem.status !== 401) throw problem; // 401: gone already
    }
    this.keep(null);
  }

  async note(format: 'html' | 'text'): Promise<Blob> {
    return (await this.call(`note?format=${format}`)).blob();
  }

  /** The note as a document that runs nothing. XMLHttpRequest parses it without any sink of Trusted Types. */
  noteDocument(): Promise<Document> {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open('GET', new URL('note?format=html', document.baseURI));
      request.setRequestHeader('Authorization', `Bearer ${this.token}`);
      request.responseType = 'document';
      request.onload = () =>
        request.status === 200 && request.responseXML ? resolve(request.responseXML) : reject(new Problem('note', '', request.status));
      request.onerror = () => reject(new Problem('offline'));
      request.send();
    });
  }

  forget(): void {
    this.keep(null);
  }

  private keep(token: string | null): void {
    this.token = token;
    stored(() => (token === null ? sessionStorage.removeItem(this.key) : sessionStorage.setItem(this.key, token)));
  }

  private async json(path: string, body?: object) {
    return (await this.call(path, body)).json();
  }

  private async call(path: string, body?: object): Promise<Response> {
    const headers: Record<string, string> = {};
    if (this.token !== null) headers['Authorization'] = `Bearer ${this.token}`;
    if (body) headers['Content-Type'] = 'application/json';
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), PATIENCE);
    let response: Response;
    try {
      response = await fetch(new URL(path, document.baseURI), {
        method: body ? 'POST' : 'GET',
        headers,
        ...(body && { body: JSON.stringify(body) }),
        signal: stop.signal,
        cache: 'no-store',
        credentials: 'omit',
        referrerPolicy: 'no-referrer',
      });
    } catch {
      throw new Problem('offline');
    } finally {
      clearTimeout(timer);
    }
    if (response.ok) return response;
    const said = await response.json().catch(() => ({}));
    throw new Problem(String(said.error ?? response.status), typeof said.message === 'string' ? said.message : '', response.status);
  }
}

/** As unguessable as a UUID; crypto.randomUUID() is not there on a page without TLS. */
export function newId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Storage may be blocked in a frame: then memory alone has to do. */
export function stored<T>(use: () => T): T | null {
  try {
    return use();
  } catch {
    return null;
  }
}
