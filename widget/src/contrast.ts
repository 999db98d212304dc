// WCAG 2.2's contrast ratio, for the colours that a host page may set.

const TWO_COLOURS = /^(#[0-9a-f]{6}){2}$/i;

function luminance(hex: string): number {
  return [0.2126, 0.7152, 0.0722].reduce((sum, weight, at) => {
    const part = parseInt(hex.slice(1 + 2 * at, 3 + 2 * at), 16) / 255;
    return sum + weight * (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  }, 0.05);
}

/** Are both #rrggbb, and 4.5:1 apart (AA for text)? */
export function readable(background: string, text: string): boolean {
  const ratio = luminance(background) / luminance(text);
  return TWO_COLOURS.test(background + text) && (ratio >= 4.5 || ratio <= 1 / 4.5);
}
