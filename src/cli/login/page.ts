/** The page on which a person's browser ends. It has nothing of the login in it but names, runs no script and loads nothing. */
export interface Landing {
  readonly title: string;
  /** Sentences, a paragraph each. */
  readonly says: readonly string[];
  readonly good: boolean;
}

export function landingPage({ title, says, good }: Landing): string {
  const paragraphs = says.map((sentence) => `<p>${escaped(sentence)}</p>`).join('');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)} · Syncline</title>
<style>${style}</style></head>
<body><main class="${good ? 'good' : 'bad'}"><h1>${escaped(title)}</h1>${paragraphs}</main></body></html>
`;
}

const style = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: light-dark(#f4f5f7, #16191d); color: light-dark(#1b1e23, #e4e6ea); }
main { box-sizing: border-box; max-width: 34rem; margin: 1rem; padding: 1.5rem 2rem; border: 1px solid light-dark(#d8dbe0, #3a3f47); border-top-width: 4px; border-radius: 8px; background: light-dark(#fff, #22262c); overflow-wrap: anywhere; }
.good { border-top-color: light-dark(#1a7f37, #57c46f); }
.bad { border-top-color: light-dark(#b3261e, #ff8a80); }
h1 { font-size: 1.3rem; margin: 0 0 .75rem; }
p { margin: .5rem 0 0; }
`;

/** What a browser is told of the page: it is nobody else's, is not kept, and tells no other page where it came from. */
export const landingHeaders: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  // So that the command ends when the page has been sent, and not when the browser is done with the connection.
  connection: 'close',
};

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
