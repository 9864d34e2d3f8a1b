/**
 * What the page does, in the browser. Records come a page at a time, and what does not fit a cell is in its title; only what was changed
 * in the form is sent. A value that was a text stays one, anything else is read as JSON where it is JSON.
 */
export const pageScript = `
  const get = (id) => document.getElementById(id);
  const make = (name, text, props = {}) => Object.assign(document.createElement(name), { textContent: text }, props);
  const ask = async (path, init) => {
    const answer = await fetch('/_twin/' + path, init);
    const body = await answer.json();
    if (!answer.ok) throw new Error(body.error ?? answer.statusText);
    return body;
  };
  const say = (text, isError = false) => { get('said').className = isError ? 'error' : ''; get('said').textContent = text; };
  const idOf = (record) => record.id ?? record.Id;
  const show = (value) => (value === null || value === undefined ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value));
  const size = 50;
  const grouped = (number) => number.toLocaleString('en-US');
  let current = null;
  let offset = 0;
  let edited = null;

  async function refresh() {
    try {
      const counts = await ask('records');
      current ??= Object.keys(counts).find((object) => counts[object] > 0) ?? Object.keys(counts)[0] ?? null;
      get('objects').replaceChildren(...Object.entries(counts).map(([object, count]) => {
        const button = make('button', object, { type: 'button', ariaPressed: String(object === current) });
        button.append(make('small', grouped(count)));
        button.onclick = () => { current = object; offset = 0; get('search').value = ''; refresh(); };
        return button;
      }));
      if (current !== null) await list(counts[current]);
      const { last } = await ask('calls');
      get('calls').replaceChildren(...(last.length === 0 ? [nothing('No calls yet')] : last.slice(-50).reverse().map((call) => {
        const row = document.createElement('tr');
        row.append(make('td', call.at.slice(11, 19)), make('td', call.status ?? '–'), make('td', call.method + ' ' + call.path, { title: call.method + ' ' + call.path }));
        return row;
      })));
      const { now, frozen } = await ask('clock');
      get('time').textContent = now.replace('T', ' ').slice(0, 19) + ' UTC' + (frozen ? ', frozen' : '');
    } catch (error) {
      say(error.message, true);
    }
  }

  function nothing(text) {
    const row = document.createElement('tr');
    row.append(make('td', text, { className: 'none' }));
    return row;
  }

  async function list(total) {
    const search = get('search').value.trim();
    const query = new URLSearchParams({ offset, limit: size + 1, ...(search === '' ? {} : { search }) });
    const found = await ask('records/' + encodeURIComponent(current) + '?' + query);
    const records = found.slice(0, size);
    table(records, search);
    get('back').disabled = offset === 0;
    get('on').disabled = found.length <= size;
    const place = records.length === 0 ? '' : grouped(offset + 1) + '–' + grouped(offset + records.length);
    get('place').textContent = place === '' || search !== '' ? place : place + ' of ' + grouped(total);
  }

  function table(records, search) {
    if (records.length === 0) return get('records').replaceChildren(nothing(search === '' ? 'No records yet' : 'No record has “' + search + '” in it'));
    const filled = new Map();
    for (const record of records) for (const [name, value] of Object.entries(record)) if (tells(value) && name !== 'url') filled.set(name, (filled.get(name) ?? 0) + 1);
    const columns = [...filled.keys()].sort((a, b) => rank(a) - rank(b)).slice(0, 14);
    const head = document.createElement('tr');
    head.append(...columns.map((name) => make('th', name, { scope: 'col' })));
    const rows = records.map((record) => {
      const row = document.createElement('tr');
      row.tabIndex = 0;
      row.className = record.removed || record.IsDeleted || record.deleted_at ? 'removed' : '';
      row.ariaSelected = String(edited !== null && idOf(edited) === idOf(record));
      row.onclick = () => { edit(record); mark(row); };
      row.onkeydown = (event) => { if (event.key === 'Enter') row.onclick(); };
      row.append(...columns.map((name) => make('td', show(record[name]), { title: show(record[name]) })));
      return row;
    });
    const [thead, tbody] = [document.createElement('thead'), document.createElement('tbody')];
    thead.append(head);
    tbody.append(...rows);
    get('records').replaceChildren(thead, tbody);
  }

  /** Columns of nothing but blanks and noes say nothing. */
  const tells = (value) => value !== false && !['', '[]', '{}'].includes(show(value));
  const first = ['id', 'Id', 'name', 'Name', 'subject', 'Subject', 'lastName', 'email', 'Email', 'status', 'Status'];
  const rank = (name) => (first.indexOf(name) + first.length + 1) % (first.length + 1);
  const mark = (row) => { for (const other of row.parentNode.children) other.ariaSelected = String(other === row); };

  function edit(record) {
    edited = record;
    say('');
    get('hint').hidden = true;
    get('which').textContent = current + ' ' + idOf(record);
    const inputs = Object.entries(record).map(([name, value]) => {
      const text = show(value);
      const label = make('label', name);
      const isLong = text.length > 60;
      label.append(make(isLong ? 'textarea' : 'input', '', { name, value: text, defaultValue: text, ...(isLong ? { rows: Math.min(8, Math.ceil(text.length / 45)) } : {}) }));
      return label;
    });
    const save = make('div', '', { className: 'save' });
    save.append(make('button', 'Save as a person'));
    get('form').replaceChildren(...inputs, save);
    location.replace('#' + encodeURIComponent(current) + '/' + encodeURIComponent(idOf(record)));
    get('which').scrollIntoView({ block: 'nearest' });
  }

  get('form').onsubmit = async (event) => {
    event.preventDefault();
    const changes = {};
    for (const input of get('form').querySelectorAll('input, textarea')) {
      if (input.value === input.defaultValue) continue;
      const before = edited[input.name];
      if (input.value === '') changes[input.name] = null;
      else if (typeof before === 'string' || before === null) changes[input.name] = input.value;
      else try { changes[input.name] = JSON.parse(input.value); } catch { changes[input.name] = input.value; }
    }
    if (Object.keys(changes).length === 0) return say('Nothing was changed.');
    try {
      edit(await ask('records/' + encodeURIComponent(current) + '/' + encodeURIComponent(idOf(edited)), { method: 'PATCH', body: JSON.stringify(changes) }));
      say('Saved.');
      await refresh();
    } catch (error) {
      say(error.message, true);
    }
  };
  let typing = 0;
  get('search').oninput = () => { clearTimeout(typing); typing = setTimeout(() => { offset = 0; refresh(); }, 250); };
  get('find').onsubmit = (event) => { event.preventDefault(); offset = 0; refresh(); };
  get('back').onclick = () => { offset = Math.max(0, offset - size); refresh(); };
  get('on').onclick = () => { offset += size; refresh(); };
  get('refresh').onclick = refresh;

  /** An address with #object/id opens that record. */
  async function open() {
    const [object, id] = location.hash.slice(1).split('/').map(decodeURIComponent);
    if (id === undefined) return refresh();
    current = object;
    get('search').value = id;
    await refresh();
    const found = await ask('records/' + encodeURIComponent(object) + '?search=' + encodeURIComponent(id) + '&limit=50');
    const record = found.find((one) => String(idOf(one)) === id);
    if (record === undefined) return say('There is no ' + object + ' ' + id + '.', true);
    edit(record);
    await refresh();
  }
  open();
`;
