/** Where the guide is: the stub server of this directory, or the real one (GUIDE_URL=http://localhost:5005/webhooks/guide/). */
export const GUIDE_URL = process.env['GUIDE_URL'] ?? 'http://localhost:5091/webhooks/guide/';
/** A page of another origin that has the loader on it; host-server.mjs serves it. */
export const HOST_URL = 'http://localhost:5092';
/** The same server under a name that the guide does not allow as a parent. */
export const STRANGER_URL = 'http://127.0.0.1:5092';
export const SITE = process.env['GUIDE_SITE'] ?? 'demo';
