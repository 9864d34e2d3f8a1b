import { z } from 'zod';
import type { World } from '../../model/world.ts';
import type { Twin, TwinAbout } from '../../twins/twin.ts';
import { control, openTwin, type RunningTwin } from '../twins.ts';
import { type Edit, systemOf } from './edit.ts';
import { fillSalesforce, fillZendesk } from './fill.ts';
import { type DemoRecord, recordList, type Towns } from './record.ts';

/** Both systems of the demo, served on ports of this machine and filled with sample data. */
export interface DemoTwins {
  readonly salesforce: TwinAbout;
  readonly zendesk: TwinAbout;
  /** What both hold now, through the control surface: not counted as calls of Syncline. */
  look(): Promise<Towns>;
  /** Somebody edits by hand. */
  do(edit: Edit): Promise<void>;
  close(): Promise<void>;
}

/** Short, so that one sees something happen. `syncline twin` has the real ones. */
const lags = {
  salesforce: { commitDelayMs: [0, 300], jobMs: [300, 900] },
  zendesk: { jobMs: [300, 900], exportLagMs: 500, searchLagMs: 500 },
} as const;

export async function openDemoTwins(options: { port: number; seed: number; world: World }): Promise<DemoTwins> {
  const { seed, world } = options;
  const next = (step: number): number => (options.port === 0 ? 0 : options.port + step);
  const crm = await openTwin('salesforce', { port: next(1), seed, world });
  let desk: RunningTwin;
  try {
    desk = await openTwin('zendesk', { port: next(2), seed, world });
  } catch (error) {
    await crm.served.close();
    throw error;
  }
  const close = async (): Promise<void> => {
    await Promise.all([crm.served.close(), desk.served.close()]);
  };
  try {
    await control(crm.twin, 'PUT', 'settings', lags.salesforce);
    await control(desk.twin, 'PUT', 'settings', lags.zendesk);
    await fillSalesforce(crm.twin);
    await fillZendesk(desk.twin, world.now());
  } catch (error) {
    await close();
    throw error;
  }
  const all = async (of: RunningTwin, object: string): Promise<readonly DemoRecord[]> =>
    recordList.parse(await control(of.twin, 'GET', `records/${object}`)).filter((record) => !isGone(record));
  return {
    salesforce: crm.twin.about(crm.served.url),
    zendesk: desk.twin.about(desk.served.url),
    async look() {
      const [accounts, contacts, leads, organizations, users, identities, tickets, cases] = await Promise.all([
        all(crm, 'Account'),
        all(crm, 'Contact'),
        all(crm, 'Lead'),
        all(desk, 'organization'),
        all(desk, 'user'),
        all(desk, 'identity'),
        all(desk, 'ticket'),
        all(crm, 'Case'),
      ]);
      return { accounts, contacts, leads, organizations, users, identities, tickets, cases };
    },
    async do(edit) {
      await act(edit, systemOf[edit.object] === 'salesforce' ? crm.twin : desk.twin);
      const { meanwhile } = edit;
      if (meanwhile) await act(meanwhile, systemOf[meanwhile.object] === 'salesforce' ? crm.twin : desk.twin);
    },
    close,
  };
}

async function act(
  { object, id, fields, deed }: Pick<Edit, 'object' | 'id' | 'fields' | 'deed'>,
  twin: Twin,
): Promise<void> {
  if (id === null) return void (await control(twin, 'PUT', 'seed', { [object]: [fields] }));
  const place = `records/${object}/${encodeURIComponent(id)}`;
  if (deed === undefined) await control(twin, 'PATCH', place, fields);
  else if (deed === 'remove') await control(twin, 'DELETE', place);
  else await control(twin, 'POST', `${place}/merge`, { losers: deed.merge });
}

const gone = z.union([
  z.looseObject({ IsDeleted: z.literal(true) }),
  z.looseObject({ removed: z.literal(true) }),
  z.looseObject({ deleted_at: z.string() }),
]);

function isGone(record: DemoRecord): boolean {
  return gone.safeParse(record).success;
}
