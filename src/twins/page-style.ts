/** Colours come in pairs, light and dark; nothing is wider than the window but tables, which scroll by themselves. */
export const pageStyle = `
  :root { color-scheme: light dark; font: 14px/1.45 system-ui, sans-serif; --line: light-dark(#d8dbe0, #3a3f47); --soft: light-dark(#f4f5f7, #22262c); --mark: light-dark(#0b5fd6, #7db3ff); --quiet: light-dark(#5b626d, #9aa2ad); }
  * { box-sizing: border-box; }
  body { margin: 0; background: light-dark(#fff, #16191d); color: light-dark(#1b1e23, #e4e6ea); }
  header { display: flex; gap: .25rem 1rem; align-items: baseline; padding: .75rem 1rem; border-bottom: 1px solid var(--line); flex-wrap: wrap; }
  h1 { font-size: 1.1rem; margin: 0; } h2 { font-size: 1rem; margin: 0 0 .5rem; overflow-wrap: anywhere; }
  #time { color: var(--quiet); } #refresh { margin-left: auto; }
  main { display: grid; grid-template-columns: minmax(0, 2fr) minmax(18rem, 1fr); gap: 1.25rem; padding: 1rem; align-items: start; }
  @media (max-width: 60rem) { main { grid-template-columns: minmax(0, 1fr); } }
  nav, #find { display: flex; flex-wrap: wrap; gap: .35rem; margin-bottom: .6rem; align-items: center; }
  #search { flex: 1 1 12rem; min-width: 0; } #place { color: var(--quiet); white-space: nowrap; margin: 0 .25rem; min-height: 0; }
  button { font: inherit; border: 1px solid var(--line); background: var(--soft); color: inherit; border-radius: 4px; padding: .2rem .6rem; cursor: pointer; }
  button:disabled { opacity: .45; cursor: default; }
  button[aria-pressed=true] { border-color: var(--mark); color: var(--mark); }
  button small { color: var(--quiet); margin-left: .35rem; font-variant-numeric: tabular-nums; }
  :focus-visible { outline: 2px solid var(--mark); outline-offset: 1px; }
  .scroll { overflow: auto; max-height: 75vh; border: 1px solid var(--line); border-radius: 4px; }
  .calls { max-height: 40vh; }
  table { border-collapse: separate; border-spacing: 0; width: 100%; font-variant-numeric: tabular-nums; }
  th, td { text-align: left; padding: .25rem .6rem; border-bottom: 1px solid var(--line); max-width: 16rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  th { position: sticky; top: 0; background: var(--soft); font-weight: 600; z-index: 1; }
  td.none { color: var(--quiet); padding: 1rem; white-space: normal; }
  tr.removed td { color: var(--quiet); text-decoration: line-through; }
  tr[aria-selected=true] td { background: light-dark(#e5effe, #1d3048); }
  tbody tr[tabindex] { cursor: pointer; } tbody tr[tabindex]:hover td { background: var(--soft); }
  label { display: block; margin: .5rem 0 0; font-size: .85rem; color: var(--quiet); overflow-wrap: anywhere; }
  input, textarea { width: 100%; font: inherit; padding: .25rem .4rem; border: 1px solid var(--line); border-radius: 4px; background: light-dark(#fff, #101317); color: light-dark(#1b1e23, #e4e6ea); }
  textarea { resize: vertical; font-family: ui-monospace, monospace; font-size: .85em; }
  #form { max-height: 60vh; overflow: auto; padding: 0 2px; } #form:empty { display: none; }
  #form .save { position: sticky; bottom: 0; background: light-dark(#fff, #16191d); padding: .5rem 0 .25rem; }
  #hint { color: var(--quiet); margin: 0; } #said { display: block; min-height: 1.4em; margin: .35rem 0; overflow-wrap: anywhere; }
  .error { color: light-dark(#b3261e, #ff8a80); }
  aside section { margin-bottom: 1.25rem; } #calls td { font-family: ui-monospace, monospace; font-size: .8rem; } #calls td:last-child { max-width: 0; width: 100%; }
`;
