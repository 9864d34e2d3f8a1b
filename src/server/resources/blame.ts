import { z } from 'zod';
import type { BlameAsk, BlameEntry } from '../../app/blame.ts';
import { causes } from '../../model/history.ts';
import { recordText } from '../filter.ts';
import { change, registry, side, time, value } from '../reports.ts';
import type { Resource } from '../resource.ts';
import { route } from '../route.ts';

const at = time.nullable();
const record = z.object({ side, connection: z.string(), object: z.string(), id: z.string() });

const blameEntry: z.ZodType<BlameEntry> = z.object({
  ...record.shape,
  field: z.string(),
  value,
  setBy: z.enum(['syncline', 'elsewhere']),
  changed: z.object({ by: z.string().nullable(), at }),
  write: z
    .object({
      at: time,
      run: z.string(),
      sync: z.string(),
      link: z.string(),
      rule: z.string(),
      cause: z.enum(causes),
      before: value,
      after: change,
      from: record.nullable(),
    })
    .nullable(),
});
registry.add(blameEntry, { id: 'BlameEntry' });

const word = z.string().min(1).exactOptional();

/** What is asked, as a query carries it. */
export const blameQuery = z.strictObject({ record: recordText, field: word, sync: word });

export const blameRoute = route<BlameAsk, readonly BlameEntry[]>({
  method: 'GET',
  path: '/api/blame',
  summary: 'Who set the fields of a record to what they have now, where, when, and which rule carried it',
  description:
    'From what is known here: nothing is asked of a vendor. `elsewhere` means: not by Syncline. Then `changed` is whom and when the vendor names for the last change of the record, as far as it does.',
  input: blameQuery,
  output: z.array(blameEntry),
});

export const blame: Resource = (mount, app) => mount(blameRoute, (asked) => app.blame(asked));
