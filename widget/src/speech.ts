// Read aloud with the browser's own voices; nothing leaves the device through us.

export const canSpeak = 'speechSynthesis' in window;

export function speak(text: string, language: string, onEnd: () => void): void {
  speechSynthesis.cancel();
  const words = new SpeechSynthesisUtterance(text.replaceAll('• ', ''));
  words.lang = language;
  words.onend = words.onerror = onEnd;
  speechSynthesis.speak(words);
}

export function hush(): void {
  if (canSpeak) speechSynthesis.cancel();
}
