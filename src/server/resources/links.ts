import { z } from 'zod';
import type { AdoptOptions, AdoptReport } from '../../app/app.ts';
import { adoptReport } from '../reports.ts';
import type { Resource } from '../resource.ts';
import { route } from '../route.ts';
import { told, toldLines } from '../told.ts';

const name = z.string().min(1);

/** The link that a person's word was about. */
export interface LinkReport {
  readonly link: string;
}

const linkReport: z.ZodType<LinkReport> = z.strictObject({ link: name });

export const linkRoute = route<{ sync: string; crm: string; desk: string }, LinkReport>({
  method: 'POST',
  path: '/api/link',
  summary: 'Join two records by hand, whatever they are matched by',
  description: `Both are read first. Refused where one of them is not there or has another link. ${toldLines}`,
  input: z.strictObject({ sync: name, crm: name, desk: name }),
  output: linkReport,
  lines: told(linkReport),
});

export const unlinkRoute = route<{ link: string }, LinkReport>({
  method: 'POST',
  path: '/api/unlink',
  summary: 'End a link by hand',
  description: `Both records stay as they are, and wait for a person before anything is done with them again. ${toldLines}`,
  input: z.strictObject({ link: name }),
  output: linkReport,
  lines: told(linkReport),
});

export const adoptRoute = route<Pick<AdoptOptions, 'sync' | 'from'>, AdoptReport>({
  method: 'POST',
  path: '/api/adopt',
  summary: 'Join records by ids that another tool has kept in a field',
  description: `\`from\` is the side that has the field, and the field. ${toldLines} What is joined by then stays so.`,
  input: z.strictObject({ sync: name, from: z.strictObject({ side: z.enum(['crm', 'desk']), field: name }) }),
  output: adoptReport,
  lines: told(adoptReport),
});

export const links: Resource = (mount, app, turns) => {
  mount(linkRoute, (what) => app.link(what));
  mount(unlinkRoute, async ({ link }) => {
    await app.unlink(link);
    return { link };
  });
  mount(adoptRoute, (what, { signal, tell }) =>
    turns.take(signal, () => app.adopt({ ...what, signal, onProgress: (progress) => void tell({ progress }) })),
  );
};
