/**
 * A stand-in for the app framework's script, which pages of apps load from the vendor's own host: the same calls (`ZAFClient.init`, `get`,
 * `set`, `on`, `off`, `has`, `invoke`, `request`, `context`, `metadata`), spoken over postMessage with the twin's page around the app, so
 * that a side bar can be tried without the vendor. Source: Zendesk, "Apps framework", "Client API".
 */
export const sdkPath = '/zendesk_app_framework_sdk/2.0/zaf_sdk.min.js';

export const sdkScript = `(() => {
  const address = new URLSearchParams(location.search);
  function init(ready) {
    const origin = address.get('origin');
    const guid = address.get('app_guid');
    if (origin === null || guid === null) return false;
    const handlers = new Map();
    const waiting = new Map();
    let last = 0;
    let registered = null;
    const registration = new Promise((resolve) => { registered = resolve; });
    const send = (message) => parent.postMessage(JSON.stringify({ appGuid: guid, ...message }), origin);
    const ask = (request, params) => registration.then(() => new Promise((resolve, reject) => {
      last += 1;
      waiting.set(last, { resolve, reject });
      send({ id: last, request, params });
    }));
    const tell = (name, message) => { for (const handler of [...(handlers.get(name) ?? [])]) handler(message); };
    addEventListener('message', (event) => {
      if (event.origin !== origin || event.source !== parent) return;
      const data = JSON.parse(event.data);
      if (data.key === 'app.registered') registered(data.message);
      if (data.key !== undefined) return tell(data.key.replace(/^zaf\\./, ''), data.message);
      const asked = waiting.get(data.id);
      waiting.delete(data.id);
      if (data.error === undefined) asked?.resolve(data.message);
      else asked?.reject(data.error);
    });
    const client = {
      get: (paths) => ask('get', [].concat(paths)),
      set: (name, value) => ask('set', typeof name === 'string' ? { [name]: value } : name),
      invoke: (name, ...values) => ask('invoke', typeof name === 'string' ? { [name]: values } : name),
      request: (options) => ask('request', typeof options === 'string' ? { url: options } : options),
      context: () => registration.then((message) => message.context),
      metadata: () => registration.then((message) => message.metadata),
      on(name, handler) { handlers.set(name, [...(handlers.get(name) ?? []), handler]); },
      off(name, handler) { handlers.set(name, (handlers.get(name) ?? []).filter((other) => other !== handler)); },
      has: (name, handler) => (handlers.get(name) ?? []).includes(handler),
      trigger(name, data) { tell(name, data); },
    };
    if (typeof ready === 'function') registration.then((message) => ready.call(client, message.context));
    send({ key: 'iframe.handshake' });
    return client;
  }
  window.ZAFClient = { init };
})();
`;
