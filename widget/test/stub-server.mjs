// A development aid: speaks the channel's contract with canned answers, so that the widget can be worked on without the
// guide. Run `node test/stub-server.mjs`; the real tests can run against the real guide (GUIDE_URL).
// Typed words that do something: medicines, emergency, crisis, today, note, broken (503), slow, busy (429), long.

import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { gzipSync } from 'node:zlib';

const PORT = Number(process.env.PORT ?? 5091);
const PARENTS = process.env.PARENTS ?? "'self' http://localhost:5092";
const BASE = '/webhooks/guide/';
const DIST = new URL('../dist/', import.meta.url);
const TYPES = { js: 'text/javascript', css: 'text/css', html: 'text/html' };
const EMERGENCY = {
  GB: [{ label: '999', tel: '999' }],
  US: [{ label: '911', tel: '911' }],
};
const ANYWHERE = ['112', '911', '999'].map((label) => ({ label, tel: label }));

const sessions = new Map();
let count = 0;

const button = (title, order, aside = false) => ({ title, payload: `signed.${order}`, aside });
const asides = ['Why do you ask?', 'Skip', 'Back', 'Stop'].map((title) => button(title, title, true));
const source = (title, publisher, url, date) => ({ title, publisher, url, date });
const ROCHE = [
  source('A proposed staging system for amyotrophic lateral sclerosis', 'Brain', 'doi.org/10.1093/brain/awr351', '2012'),
  source('Staging in ALS: clinical milestones (standard operating procedure)', 'ENCALS', 'encals.eu', '2019'),
];
const call = (number, label = null, by = 'call', words = null) => ({ label, number, by, words });
const LINES = [call('999'), call('116 123', 'Samaritans'), call('50808', 'Text About It', 'text', 'HELLO')];
const message = (text, more = {}) => ({
  id: `m${++count}`, from: 'guide', text, buttons: [], sources: [], reviewed: null, table: null, ask: null, regions: null,
  staging: null, note: false, level: null, calls: [], ...more,
});

const START = [
  button('Work out the stage', 'suggest'), button('Early signs', 'early'), button('Is there a cure?', 'cure'),
  button('Approved medicines', 'medicines'), button('Help for carers', 'carers'),
];
const SAID = {
  greet: () => message('Hello. I am the ALS Guide, a computer program, not a doctor. ALS is a kind of motor neurone disease (MND).\nAsk me in your own words: breathing, eating, talking, moving, feelings, money, help for carers, medicines, a cure, the stages.\nI can also work out with you which King’s stage fits.\nIf someone is in danger now: call 999.\nWhat would help you?', { buttons: START }),
  suggest: () => message('I can help you see which King’s stage fits what you describe. It takes two or three minutes, and you can stop at any time.\nFirst: has a neurologist said that the person has ALS (motor neurone disease)?', { buttons: [button('Yes', 'diagnosed'), button('No', 'undiagnosed'), button('Not sure', 'undiagnosed'), ...asides] }),
  diagnosed: (state) => message('Which parts no longer work as they did? Weak, stiff, thin, slurred or choking all count.\n• speech or swallowing\n• arms or hands\n• legs or feet\nUse your own words, and say what is fine too. One side is enough. Cramps, twitching or pain alone do not count.', {
    ask: 'regions', regions: state.regions, sources: ROCHE, reviewed: '2026-11',
    buttons: [button('Speech or swallowing', 'regions1'), button('Arms or hands', 'regions1'), button('Legs or feet', 'regions1'), button('All three', 'regions3'), button('Not sure', 'regions1'), ...asides],
  }),
  tube: () => message('Has a feeding tube (PEG, RIG) been put in, or has the team said that one is needed?\nIt counts even if the person said no.', { sources: ROCHE, reviewed: '2026-11', buttons: ['In place', 'Needed, not in yet', 'Advised, but turned down', 'Taken out again'].map((title) => button(title, 'niv')).concat(button('No', 'niv'), button('Not sure', 'niv'), asides) }),
  niv: () => message('Last question: is a breathing mask (NIV, BiPAP) used at night or in the day, or has the team said that one is needed?\nIt counts even if it was tried and stopped, or turned down.', { sources: ROCHE, reviewed: '2026-11', buttons: ['In use', 'Needed, not yet used', 'Tried and stopped', 'Advised, but turned down'].map((title) => button(title, 'result')).concat(button('No', 'result'), button('Not sure', 'range'), asides) }),
  result: (state) => stage(state, false),
  range: (state) => stage(state, true),
  mitos: () => message('What you describe fits MiToS stage 1.\nWhy: one of the four is lost (moving or self-care).', { staging: { kings: [], mitos: ['1'], reasons: {} }, reviewed: '2026-11' }),
  undiagnosed: () => message('Thank you. King’s stages are for people whose ALS a neurologist has diagnosed, so I will not suggest one. It could mislead you.', { buttons: [button('How it is diagnosed', 'early'), button('Talk to a person', 'carers')] }),
  medicines: () => message('A few medicines may slow ALS a little. None cures it. Which are approved depends on the country.\nIn the United Kingdom:\nApproved does not mean paid for: ask the clinic.\nRelyvrio (Albrioza) failed its large trial. In April 2024 its maker said it would take it off the market.\nMy sources go to May 2026. The neurologist or pharmacist knows today’s status.', {
    table: { columns: ['Medicine', 'Approved'], rows: [['riluzole: tablet, liquid (Tiglutik) or film (Exservan)', '1995 / Sept 2018 / Nov 2019'], ['edaravone: a drip (Radicava) or a liquid (Radicava ORS)', '5 May 2017 / 12 May 2022'], ['tofersen (Qalsody): only with a SOD1 gene change', '25 Apr 2023, accelerated']] },
    buttons: [button('United States', 'medicines'), button('United Kingdom', 'medicines'), button('Another country', 'medicines')],
    sources: [source('Qalsody (tofersen): prescribing information', 'US FDA', 'fda.gov', '2023'), source('QALSODY: European public assessment report', 'EMA', 'ema.europa.eu', '2024')], reviewed: '2026-11',
  }),
  emergency: () => message('Call 999 now. (In another country, call its emergency number.)\nSay what has happened. Stay on the line and do what they tell you.\nIf the person has ALS, say: "ALS, or motor neurone disease. The breathing muscles may be weak. Oxygen alone can be risky: please check carbon dioxide."\nAwake and hard to breathe: sit them upright. Use their mask, suction or cough assist only as taught.\nCannot speak? Call anyway, and ring any alarm or neighbour.\nIf this death was expected and planned for: follow the palliative team’s written plan and keep calling them.', { level: 'emergency', calls: [call('999')], sources: ROCHE, reviewed: '2026-11', buttons: [button('What to tell the ambulance', 'carers')] }),
  crisis: () => message('Thank you for telling me. This is too much to carry alone.\nAnyone in danger, hurt, or who has taken something: call 999 now.\nPlease talk to someone now:\n• Samaritans: 116 123 (call, free; 24 h)\n• NHS 24 mental health support on 111: 111 (call; Scotland)\nTry not to be alone. If it is someone else: stay with them, or ask someone to. Keep tablets and weapons out of reach.\nIf you are young: tell an adult you trust, now.', { level: 'crisis', calls: LINES, reviewed: '2026-11', buttons: [button('Another country', 'crisis')] }),
  today: () => message('This needs care today. Please do not wait for the next visit.\nCall the ALS or MND nurse, the doctor or, at night, the number for nights and weekends.', { level: 'urgent_today', buttons: [button('It is getting worse', 'emergency')] }),
  note: () => message('Your note for the appointment is ready. It has what you told me, the stage it fits, what is open, and your questions. Nothing else is kept of it.\nYou can add questions first:', { note: true, buttons: [button('Add: When do we check breathing?', 'note')] }),
  'Why do you ask?': () => message('King’s stages were made for people whose ALS a neurologist has diagnosed. For anyone else a stage could mislead.', { buttons: START }),
  Stop: () => message('I leave the stage questions here. Your answers are kept, and you can go on whenever you like.', { buttons: START }),
};
const other = () => message('I have no reviewed answer to that. These are near it:', { buttons: START });

const WORDS = { affected: 'affected', unaffected: 'not affected', unknown: 'not sure' };
const NAMES = { bulbar: 'Speech or swallowing', upper_limb: 'Arms or hands', lower_limb: 'Legs or feet' };

function stage(state, range) {
  const found = Object.values(state.regions ?? {}).filter((finding) => finding === 'affected').length || 1;
  const kings = range ? [String(found), '4b'] : [String(found)];
  return message(`What you describe fits King’s stage ${kings.join(' or ')}.\nWhy: ${found === 1 ? 'one area is' : `${found} areas are`} affected.\nIf a breathing mask is needed, it would be stage 4b.\nOnly the neurologist can say which stage it is. Stages last longer for some people than for others.\nA question to take along: "Which help at home should we plan for now?"\nNew trouble breathing: call the team today. Sudden or severe: call 999.`, {
    staging: { kings, mitos: [], reasons: {} }, sources: ROCHE, reviewed: '2026-11',
    buttons: [button('Why this stage?', 'Why do you ask?'), button('What would change it?', 'early'), button('What comes next?', 'early'), button('Note for the appointment', 'note'), button('Feelings', 'carers'), button('Start again', 'suggest')],
  });
}

function answer(state, body) {
  if (body.regions) {
    state.regions = body.regions;
    return [SAID.tube(state)];
  }
  const key = body.button ? body.button.replace('signed.', '') : Object.keys(SAID).find((word) => body.text.toLowerCase().includes(word));
  if (key === 'regions1' || key === 'regions3') {
    state.regions = key === 'regions1' ? { upper_limb: 'affected' } : { bulbar: 'affected', upper_limb: 'affected', lower_limb: 'affected' };
    return [SAID.tube(state)];
  }
  return [(SAID[key] ?? other)(state)];
}

function said(state, body) {
  if (body.text) return body.text;
  if (body.regions) return Object.entries(body.regions).map(([region, finding]) => `${NAMES[region]}: ${WORDS[finding]}.`).join(' ');
  const titles = state.messages.flatMap(({ buttons = [] }) => buttons).filter(({ payload }) => payload === body.button);
  return titles.at(-1)?.title ?? body.button;
}

const NOTE = '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Note</title><style>body{color:#000}</style></head><body><h1>Note for the appointment</h1><p class="small">Made on 20 November 2026</p><h2>What was told</h2><table><tr><th scope="row">Arms or hands</th><td>affected</td></tr></table><h2>Stage</h2><ul><li><span class="stage">King’s stage 1</span>. One area is affected.</li></ul><p>Only the neurologist can say which stage it is.</p><div class="own"></div></body></html>';

createServer(async (request, response) => {
  const url = new URL(request.url, `http://${request.headers.host}`);
  const path = url.pathname.startsWith(BASE) ? url.pathname.slice(BASE.length) : null;
  const reply = (status, body, headers = {}) => {
    const plain = typeof body === 'string' || Buffer.isBuffer(body);
    response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8', 'X-Content-Type-Options': 'nosniff', 'Referrer-Policy': 'no-referrer', 'Cache-Control': 'no-store', ...headers });
    response.end(plain ? body : JSON.stringify(body));
  };
  const fail = (status, error, words) => reply(status, { error, message: words });
  const page = (name, policy = '') =>
    reply(200, readFileSync(new URL(name, DIST)), {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': `default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; form-action 'none'; base-uri 'none'; ${policy}`,
    });

  if (request.method === 'GET' && path === 'app') return page('app.html', `frame-ancestors ${PARENTS}`);
  if (request.method === 'GET' && path === 'demo') return page('demo.html', "frame-src 'self'; frame-ancestors 'none'");
  const file = request.method === 'GET' && (path === 'loader.js' ? path : path?.match(/^files\/([\w.]+)$/)?.[1]);
  if (file) {
    if (!existsSync(new URL(file, DIST))) return fail(404, 'not_found', 'There is nothing here.');
    return reply(200, gzipSync(readFileSync(new URL(file, DIST))), { 'Content-Encoding': 'gzip', 'Content-Type': `${TYPES[file.split('.').at(-1)]}; charset=utf-8` });
  }

  let body = '';
  for await (const part of request) body += part;
  if (path === 'session' && request.method === 'POST') {
    const { country } = JSON.parse(body);
    const token = randomBytes(24).toString('hex');
    const state = { messages: [], answered: {}, regions: null, country, emergency: EMERGENCY[country] ?? ANYWHERE };
    sessions.set(token, state);
    const opening = [SAID.greet()];
    state.messages.push(...opening);
    return reply(200, { token, expires_in: 86400, country, emergency: state.emergency, opening: { messages: opening } });
  }
  const token = request.headers.authorization?.replace('Bearer ', '');
  const state = sessions.get(token);
  if (!['message', 'history', 'end', 'note'].includes(path)) return fail(404, 'not_found', 'There is nothing here.');
  if (!state) return fail(401, 'token', 'This conversation has run out. Please start again.');
  if (path === 'history') return reply(200, { messages: state.messages, country: state.country, emergency: state.emergency });
  if (path === 'end') {
    sessions.delete(token);
    return reply(204, '');
  }
  if (path === 'note') {
    const html = url.searchParams.get('format') === 'html';
    return reply(200, html ? NOTE : 'Note for the appointment\n', { 'Content-Type': html ? 'text/html; charset=utf-8' : 'text/plain; charset=utf-8', 'Content-Disposition': `attachment; filename=note.${html ? 'html' : 'txt'}` });
  }
  const sent = JSON.parse(body);
  if (sent.text?.includes('broken')) return fail(503, 'unavailable', 'I cannot answer just now. If someone is in danger, call 999.');
  if (sent.text?.includes('busy')) return reply(429, { error: 'too_many', message: 'That was a lot at once. Please wait a minute.' }, { 'Retry-After': '60' });
  if (sent.text?.includes('slow')) await new Promise((resolve) => setTimeout(resolve, 10_000));
  const known = sent.again && state.answered[sent.id];
  const answers = known || answer(state, sent);
  if (!known) state.messages.push({ id: `p${++count}`, from: 'person', text: said(state, sent) }, ...answers);
  state.answered[sent.id] = answers;
  reply(200, { messages: answers });
}).listen(PORT, () => console.log(`http://localhost:${PORT}${BASE}demo\nhttp://localhost:${PORT}${BASE}app?country=GB`));
