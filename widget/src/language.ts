import { en, type Messages } from './messages.en.js';

const LANGUAGES: Record<string, Messages> = { en };
const RIGHT_TO_LEFT = ['ar', 'fa', 'he', 'ur'];

export interface Language {
  code: string;
  dir: 'ltr' | 'rtl';
  texts: Messages;
}

/** The texts for "pt-BR", else for "pt", else English; the direction is that of the texts shown. */
export function languageFor(wanted: string): Language {
  const code = [wanted, wanted.split('-')[0] ?? ''].find((name) => name in LANGUAGES) ?? 'en';
  return { code, dir: RIGHT_TO_LEFT.includes(code) ? 'rtl' : 'ltr', texts: LANGUAGES[code] ?? en };
}
