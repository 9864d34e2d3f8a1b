/** `https://www.Acme.com:8080/about` and `jo@acme.com` → `acme.com`; null where there is no domain. */
export function domainOf(text: string): string | null {
  const rest = text
    .trim()
    .toLowerCase()
    .replace(/^[a-z][a-z0-9+.-]*:\/\//, '')
    .replace(/[/?#].*$/s, '')
    .replace(/^.*@/s, '')
    .replace(/:\d*$/, '')
    .replace(/\.+$/, '')
    .replace(/^www\d?\./, '');
  return /^[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)+$/u.test(rest) ? rest : null;
}

/** Where anybody has an address: sharing such a domain says nothing about belonging to the same company. */
const publicMail: ReadonlySet<string> = new Set([
  'gmail.com',
  'googlemail.com',
  'outlook.com',
  'hotmail.com',
  'live.com',
  'msn.com',
  'yahoo.com',
  'icloud.com',
  'me.com',
  'aol.com',
  'gmx.de',
  'gmx.net',
  'web.de',
  'mail.com',
  'mail.ru',
  'qq.com',
  '163.com',
  'proton.me',
  'protonmail.com',
]);

export function isPublicMail(domain: string): boolean {
  return publicMail.has(domain);
}
