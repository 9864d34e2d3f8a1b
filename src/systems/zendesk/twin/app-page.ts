import type { JsonObject } from './json.ts';

/** What the page around an app has to know. */
export interface SidebarPage {
  readonly location: string;
  /** Where the token goes. */
  readonly action: string;
  readonly token: string;
  readonly guid: string;
  /** By the paths that apps ask for: `ticket.id`, `currentUser.email`. */
  readonly values: JsonObject;
  readonly metadata: JsonObject;
  readonly context: JsonObject;
  /** Who asks, where the app lets the vendor call for it. */
  readonly email: string;
}

/** The vendor's page with the app in its frame: it posts the token into it, and answers what the app asks. */
export function drawSidebar({ location, action, token, guid, values, metadata, context, email }: SidebarPage): string {
  // In a script nothing may look like its end.
  const facts = JSON.stringify({ guid, origin: new URL(action).origin, values, metadata, context, email }).replaceAll(
    '<',
    '\\u003c',
  );
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,">
<title>Zendesk twin: ${quoted(location)}</title>
<style>:root{color-scheme:light dark;font:14px/1.45 system-ui,sans-serif}body{margin:0;padding:.75rem}h1{font-size:1rem;margin:0 0 .5rem}
iframe{width:100%;max-width:24rem;height:22rem;border:1px solid light-dark(#d8dbe0,#3a3f47);border-radius:4px}</style>
<h1>${quoted(location)}</h1>
<iframe name="app" title="The app"></iframe>
<form id="app" method="post" action="${quoted(action)}" target="app"><input type="hidden" name="token" value="${token}">
<noscript><button>Open the app</button></noscript></form>
<script>
const facts = ${facts};
${hostScript}
document.getElementById('app').submit();
</script></html>`;
}

function quoted(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}

const hostScript = `
const frame = document.querySelector('iframe');
const say = (message) => frame.contentWindow.postMessage(JSON.stringify(message), facts.origin);
const valueOf = (path) => {
  if (path in facts.values) return facts.values[path];
  const inner = Object.keys(facts.values).filter((name) => name.startsWith(path + '.'));
  return inner.length === 0 ? undefined : Object.fromEntries(inner.map((name) => [name.slice(path.length + 1), facts.values[name]]));
};
const answers = {
  get: (paths) => ({ errors: {}, ...Object.fromEntries(paths.map((path) => [path, valueOf(path)])) }),
  set(changes) {
    Object.assign(facts.values, changes);
    for (const [name, value] of Object.entries(changes)) say({ key: 'zaf.' + name + '.changed', message: value });
    return { errors: {}, ...changes };
  },
  invoke(calls) {
    const height = calls.resize?.[0]?.height;
    if (height !== undefined) frame.style.height = typeof height === 'number' ? height + 'px' : height;
    return { errors: {}, ...Object.fromEntries(Object.keys(calls).map((name) => [name, null])) };
  },
  async request(options) {
    const body = JSON.stringify({ installation_id: facts.metadata.installationId, email: facts.email, options });
    const answer = await fetch('/apps/proxy', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    const { status, text, type } = await answer.json();
    if (status >= 400 || status === 0) throw { status, responseText: text };
    return /json/.test(type) && text !== '' ? JSON.parse(text) : text;
  },
};
addEventListener('message', async (event) => {
  if (event.source !== frame.contentWindow || event.origin !== facts.origin) return;
  const data = JSON.parse(event.data);
  if (data.appGuid !== facts.guid) return;
  if (data.key === 'iframe.handshake') {
    say({ key: 'app.registered', message: { context: facts.context, metadata: facts.metadata } });
    return say({ key: 'zaf.app.activated', message: { firstLoad: true } });
  }
  try {
    say({ id: data.id, message: await answers[data.request](data.params) });
  } catch (error) {
    say({ id: data.id, error: error instanceof Error ? { message: error.message } : error });
  }
});`;
