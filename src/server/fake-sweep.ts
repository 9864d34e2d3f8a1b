import type { SweepReport } from '../app/app.ts';

export const someSweep: SweepReport = {
  syncs: {
    accounts: {
      pairs: 214_331,
      equal: 214_294,
      explained: 7,
      drifted: 30,
      differ: 0,
      repaired: 2,
      found: { crm: 1, desk: 1 },
      orphans: { crm: 3, desk: 0 },
      why: { drift: 30, lossy: 7 },
      whyAlone: { 'not-created': 3 },
      waiting: 0,
      examples: [
        {
          link: 'link1',
          crm: '001A',
          desk: '4711',
          why: 'drift',
          say: 'Account "Acme" (001A) and organization "Acme" (4711): Phone "1" in Salesforce, phone "2" in Zendesk; a field that flows one way was edited on its target.',
        },
      ],
    },
  },
};
