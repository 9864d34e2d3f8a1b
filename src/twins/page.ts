/** The twin's page for people: records, one of them to edit, the last calls. One file without assets; follows the system's light or dark. */
export function page(system: string): string {
  return html.replaceAll('{{system}}', system.replace(/[^\w -]/g, ''));
}

const html = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{system}} twin</title>
<style>
  :root { color-scheme: light dark; font: 14px/1.45 system-ui, sans-serif; --line: light-dark(#d8dbe0, #3a3f47); --soft: light-dark(#f4f5f7, #22262c); --mark: light-dark(#0b5fd6, #7db3ff); }
  body { margin: 0; background: light-dark(#fff, #16191d); color: light-dark(#1b1e23, #e4e6ea); }
  header { display: flex; gap: 1rem; align-items: baseline; padding: .75rem 1rem; border-bottom: 1px solid var(--line); flex-wrap: wrap; }
  h1 { font-size: 1.1rem; margin: 0; } h2 { font-size: 1rem; margin: 0 0 .5rem; }
  main { display: grid; grid-template-columns: minmax(0, 2fr) minmax(18rem, 1fr); gap: 1rem; padding: 1rem; }
  @media (max-width: 60rem) { main { grid-template-columns: minmax(0, 1fr); } }
  nav { display: flex; flex-wrap: wrap; gap: .25rem; margin-bottom: .75rem; }
  button { font: inherit; border: 1px solid var(--line); background: var(--soft); color: inherit; border-radius: 4px; padding: .2rem .6rem; cursor: pointer; }
  button[aria-pressed=true] { border-color: var(--mark); color: var(--mark); }
  .scroll { overflow: auto; max-height: 70vh; border: 1px solid var(--line); border-radius: 4px; }
  table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .25rem .5rem; border-bottom: 1px solid var(--line); max-width: 22rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  th { position: sticky; top: 0; background: var(--soft); } tr.removed { opacity: .5; text-decoration: line-through; }
  tbody tr[tabindex] { cursor: pointer; } tbody tr[tabindex]:hover, tbody tr[tabindex]:focus { background: var(--soft); }
  label { display: block; margin: .5rem 0 0; font-size: .85rem; } input { width: 100%; box-sizing: border-box; font: inherit; padding: .25rem; }
  output { display: block; min-height: 1.4em; margin: .5rem 0; } .error { color: light-dark(#b3261e, #ff8a80); }
  aside section { margin-bottom: 1.5rem; } #calls td { font-family: ui-monospace, monospace; font-size: .8rem; }
</style>
<header><h1>{{system}} twin</h1><span id="time"></span><button id="refresh">Refresh</button></header>
<main>
  <section aria-label="Records"><nav id="objects"></nav><div class="scroll"><table id="records"></table></div></section>
  <aside>
    <section><h2 id="which">Choose a record</h2><form id="form"></form><output id="said" role="status"></output></section>
    <section><h2>Last calls</h2><div class="scroll"><table id="calls"></table></div></section>
  </aside>
</main>
<script type="module">
  const get = (id) => document.getElementById(id);
  const make = (name, text, props = {}) => Object.assign(document.createElement(name), { textContent: text }, props);
  const ask = async (path, init) => {
    const answer = await fetch('/_twin/' + path, init);
    const body = await answer.json();
    if (!answer.ok) throw new Error(body.error ?? answer.statusText);
    return body;
  };
  const idOf = (record) => record.id ?? record.Id;
  const show = (value) => (value === null || value === undefined ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value));
  let current = null;
  let edited = null;

  async function refresh() {
    const counts = await ask('records');
    current ??= Object.keys(counts).find((object) => counts[object] > 0) ?? Object.keys(counts)[0] ?? null;
    get('objects').replaceChildren(...Object.entries(counts).map(([object, count]) =>
      make('button', object + ' ' + count, { ariaPressed: String(object === current), onclick: () => { current = object; refresh(); } })));
    if (current !== null) table(await ask('records/' + encodeURIComponent(current) + '?limit=200'));
    const { last } = await ask('calls');
    get('calls').replaceChildren(...last.slice(-50).reverse().map((call) => {
      const row = document.createElement('tr');
      row.append(make('td', call.at.slice(11, 19)), make('td', call.status ?? '–'), make('td', call.method + ' ' + call.path, { title: call.path }));
      return row;
    }));
    get('time').textContent = (await ask('clock')).now;
  }

  function table(records) {
    const filled = new Map();
    for (const record of records) for (const [name, value] of Object.entries(record)) if (value !== null) filled.set(name, (filled.get(name) ?? 0) + 1);
    const columns = [...filled.keys()].slice(0, 14);
    const head = document.createElement('tr');
    head.append(...columns.map((name) => make('th', name, { scope: 'col' })));
    const rows = records.map((record) => {
      const row = document.createElement('tr');
      row.tabIndex = 0;
      row.className = record.removed || record.IsDeleted || record.deleted_at ? 'removed' : '';
      row.onclick = () => edit(record);
      row.onkeydown = (event) => { if (event.key === 'Enter') edit(record); };
      row.append(...columns.map((name) => make('td', show(record[name]), { title: show(record[name]) })));
      return row;
    });
    const [thead, tbody] = [document.createElement('thead'), document.createElement('tbody')];
    thead.append(head);
    tbody.append(...rows);
    get('records').replaceChildren(thead, tbody);
  }

  function edit(record) {
    edited = record;
    get('said').textContent = '';
    get('which').textContent = current + ' ' + idOf(record);
    const inputs = Object.entries(record).map(([name, value]) => {
      const label = make('label', name);
      label.append(make('input', '', { name, value: show(value), defaultValue: show(value) }));
      return label;
    });
    get('form').replaceChildren(...inputs, make('p', ''), make('button', 'Save as a person'));
  }

  get('form').onsubmit = async (event) => {
    event.preventDefault();
    const changes = {};
    for (const input of get('form').querySelectorAll('input')) {
      if (input.value === input.defaultValue) continue;
      const before = edited[input.name];
      if (input.value === '') changes[input.name] = null;
      else if (typeof before === 'string' || before === null) changes[input.name] = input.value;
      else try { changes[input.name] = JSON.parse(input.value); } catch { changes[input.name] = input.value; }
    }
    try {
      edit(await ask('records/' + encodeURIComponent(current) + '/' + encodeURIComponent(idOf(edited)), { method: 'PATCH', body: JSON.stringify(changes) }));
      get('said').className = '';
      get('said').textContent = 'Saved.';
      await refresh();
    } catch (error) {
      get('said').className = 'error';
      get('said').textContent = error.message;
    }
  };
  get('refresh').onclick = refresh;
  refresh();
</script>
</html>
`;
