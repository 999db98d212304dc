// Every text of the widget. Another language is another file of this shape, named in language.ts.
// What the guide says about ALS comes from the server: data/answers/, never from here.

/** The launcher on the host page: apart, so that the loader stays small. */
export const loaderTexts = {
  language: 'en',
  open: 'Ask the ALS Guide',
  close: 'Close the ALS Guide',
  title: 'ALS Guide',
};

export const en = {
  title: 'ALS Guide',
  options: 'Options',
  close: 'Close',
  emergency: 'Emergency? Call',
  call: (number: string) => `Call ${number}`,
  text: (number: string, words: string) => `Text ${words ? `${words} to ` : ''}${number}`,

  introTitle: 'Before you start',
  intro: [
    ['What it is', 'A computer program, not a doctor or nurse. It can be wrong.'],
    ['What it covers', 'ALS and motor neurone disease (MND): signs, stages, care at home, medicines, help for carers.'],
    ['What is kept', 'Your words, on this guide’s own server, for a day after your last message. No name, no cookies. “End and forget” under Options erases them at once.'],
    ['No need to type', 'Most things can be done with the large buttons.'],
  ] as [string, string][],

  conversation: 'Conversation',
  you: 'You',
  guide: 'ALS Guide',
  choices: 'Your answer',
  asides: 'About this question',
  choicesAre: (titles: string) => `Choices: ${titles}.`,
  writing: 'The guide is writing',
  notSent: 'Not sent.',
  sendAgain: 'Send again',
  slow: 'This takes longer than usual. Please wait a little.',

  typeInstead: 'Type instead',
  typeLabel: 'Your question or answer, in your own words',
  typeHere: 'Write here',
  send: 'Send',
  left: (count: number) => (count === 1 ? '1 character left' : `${count} characters left`),
  tooLong: (over: number) =>
    `That is a lot to carry in one message. Please leave out ${over === 1 ? '1 character' : `${over} characters`}, or send it in two parts.`,
  empty: 'Please write something first.',

  offline: 'You are offline. Nothing is lost: send again when the connection is back. Phone calls may still work.',
  online: 'The connection is back.',
  unreachable: 'The guide cannot be reached just now.',
  tryAgain: 'Try again',
  expired: 'This conversation has run out. You can start a new one.',
  startNew: 'Start a new conversation',
  ended: 'This conversation is erased. Take care of yourself.',

  levels: {
    emergency: 'Emergency',
    crisis: 'You are not alone with this',
    urgent_today: 'Needs care today',
  },

  sources: 'Where this comes from',
  reviewed: (month: string) => `Reviewed ${month}`,
  newTab: '(opens in a new tab)',

  map: {
    title: 'Which parts are affected?',
    showPicture: 'Show a picture',
    hidePicture: 'Hide the picture',
    picture: 'Touch the picture, or use the list. Touch again to change.',
    regions: {
      bulbar: 'Speech or swallowing',
      upper_limb: 'Arms or hands',
      lower_limb: 'Legs or feet',
    },
    states: { affected: 'Affected', unaffected: 'Not affected', unknown: 'Not sure' },
    open: 'Not chosen yet',
    rest: 'What you leave open counts as not affected.',
    nothing: 'Please choose for at least one part. “Not sure” is an answer too.',
    send: 'Send my choice',
    orButtons: 'Or answer with one button',
  },

  stages: {
    kings: 'King’s stages',
    mitos: 'MiToS stages',
    stage: (name: string) => `Stage ${name}`,
    fits: 'Fits',
    mayFit: 'May fit',
    marked: (stages: string) => `What you describe fits stage ${stages}.`,
    range: (stages: string) => `What you describe may fit stage ${stages}.`,
    none: 'No stage is marked.',
    or: ' or ',
    meaning: {
      kings: { '1': 'one area', '2': 'two areas', '3': 'three areas', '4a': 'feeding tube needed', '4b': 'breathing mask needed' },
      mitos: { '0': 'none lost', '1': 'one lost', '2': 'two lost', '3': 'three lost', '4': 'all four lost' },
    } as Record<'kings' | 'mitos', Record<string, string>>,
  },

  textSize: 'Text size',
  sizes: ['Normal', 'Larger', 'Largest'],
  readAloud: 'Read answers aloud',
  on: 'On',
  off: 'Off',
  listen: 'Read aloud',
  stopListening: 'Stop reading',
  keep: 'Keep or erase',
  save: 'Save the conversation as text',
  saved: 'Saved to your downloads.',
  note: 'Note for the appointment',
  notePrint: 'Print the note',
  noteHtml: 'Save the note as a page',
  noteText: 'Save the note as text',
  noteFailed: 'The note could not be fetched. Please try again.',
  end: 'End and forget',
  endSure: 'Erase this conversation now? It cannot be brought back. If you want to keep it, save it first.',
  endYes: 'Yes, erase it',
  endNo: 'No, keep it',
  endFailed: 'It could not be erased just now. Please try again.',
  back: 'Back to the conversation',
};

export type Messages = typeof en;
