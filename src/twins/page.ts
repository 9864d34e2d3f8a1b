import { pageScript } from './page-script.ts';
import { pageStyle } from './page-style.ts';

/** The twin's page for people: records, one of them to edit, the last calls. One file without assets; follows the system's light or dark. */
export function page(system: string): string {
  return html.replaceAll('{{system}}', system.replace(/[^\w -]/g, ''));
}

const html = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>{{system}} twin</title>
<style>${pageStyle}</style>
<header>
  <h1>{{system}} twin</h1>
  <span id="time"></span>
  <button id="refresh" type="button">Refresh</button>
</header>
<main>
  <section aria-label="Records">
    <nav id="objects" aria-label="Objects"></nav>
    <form id="find" role="search">
      <input id="search" type="search" placeholder="Search these records" aria-label="Search these records">
      <button type="button" id="back">Previous</button>
      <output id="place"></output>
      <button type="button" id="on">Next</button>
    </form>
    <div class="scroll" tabindex="0" aria-label="The records"><table id="records"></table></div>
  </section>
  <aside>
    <section aria-labelledby="which">
      <h2 id="which">Choose a record</h2>
      <p id="hint">It opens here, to be edited as a person would, who is not the API user.</p>
      <form id="form"></form>
      <output id="said" role="status"></output>
    </section>
    <section aria-labelledby="calls-title">
      <h2 id="calls-title">Last calls</h2>
      <div class="scroll calls" tabindex="0" aria-label="The last calls"><table id="calls"></table></div>
    </section>
  </aside>
</main>
<script type="module">${pageScript}</script>
</html>
`;
