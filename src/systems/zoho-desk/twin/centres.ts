/**
 * The data centres. Users, clients and tokens live in one of them; each has its own hosts. `offsetHours` places the day over which
 * credits are counted, without daylight saving. Source: Zoho, "OAuth — Multi DC support"; Zoho Desk API, "Multi DC". The Desk host of
 * `uk` follows from the others' pattern.
 */
export const centres = {
  us: { desk: 'desk.zoho.com', accounts: 'accounts.zoho.com', domain: 'zohoapis.com', offsetHours: -8 },
  eu: { desk: 'desk.zoho.eu', accounts: 'accounts.zoho.eu', domain: 'zohoapis.eu', offsetHours: 1 },
  in: { desk: 'desk.zoho.in', accounts: 'accounts.zoho.in', domain: 'zohoapis.in', offsetHours: 5.5 },
  au: { desk: 'desk.zoho.com.au', accounts: 'accounts.zoho.com.au', domain: 'zohoapis.com.au', offsetHours: 10 },
  jp: { desk: 'desk.zoho.jp', accounts: 'accounts.zoho.jp', domain: 'zohoapis.jp', offsetHours: 9 },
  cn: { desk: 'desk.zoho.com.cn', accounts: 'accounts.zoho.com.cn', domain: 'zohoapis.com.cn', offsetHours: 8 },
  sa: { desk: 'desk.zoho.sa', accounts: 'accounts.zoho.sa', domain: 'zohoapis.sa', offsetHours: 3 },
  sg: { desk: 'desk.zoho.sg', accounts: 'accounts.zoho.sg', domain: 'zohoapis.sg', offsetHours: 8 },
  ae: { desk: 'desk.zoho.ae', accounts: 'accounts.zoho.ae', domain: 'zohoapis.ae', offsetHours: 4 },
  ca: { desk: 'desk.zohocloud.ca', accounts: 'accounts.zohocloud.ca', domain: 'zohoapis.ca', offsetHours: -5 },
  uk: { desk: 'desk.zoho.uk', accounts: 'accounts.zoho.uk', domain: 'zohoapis.uk', offsetHours: 0 },
} as const;

export type Centre = keyof typeof centres;
export const centreNames = ['us', 'eu', 'in', 'au', 'jp', 'cn', 'sa', 'sg', 'ae', 'ca', 'uk'] as const;

/** Which centre a request knocks at: the vendor's own hosts tell, any other (a port of this machine) is the portal's home. */
export function centreOf(host: string, home: Centre): Centre {
  const found = centreNames.find((name) => centres[name].desk === host || centres[name].accounts === host);
  return found ?? home;
}
