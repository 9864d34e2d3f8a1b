import { AppError } from '../app/app.ts';
import type { World } from '../model/world.ts';
import { portError } from '../server/serve.ts';
import { type Served, serveTwin } from '../twins/serve.ts';
import type { CreateTwin, Twin } from '../twins/twin.ts';

/** The systems that have a twin; each is loaded only when it is served. */
export const twinSystems = {
  salesforce: async (): Promise<CreateTwin> =>
    (await import('../systems/salesforce/twin/index.ts')).createSalesforceTwin,
  zendesk: async (): Promise<CreateTwin> => (await import('../systems/zendesk/twin/index.ts')).createZendeskTwin,
  'zoho-desk': async (): Promise<CreateTwin> => (await import('../systems/zoho-desk/twin/index.ts')).createZohoDeskTwin,
  orocrm: async (): Promise<CreateTwin> => (await import('../systems/orocrm/twin/index.ts')).createOrocrmTwin,
} as const;
export type TwinSystem = keyof typeof twinSystems;

export interface RunningTwin {
  readonly twin: Twin;
  readonly served: Served;
}

/** Puts a twin on a port of this machine; 0 takes a free one. The same seed gives the same ids and lags. */
export async function openTwin(
  system: TwinSystem,
  options: { port: number; seed: number; world: World },
): Promise<RunningTwin> {
  const create = await twinSystems[system]();
  const twin = create({ seed: options.seed, world: options.world });
  try {
    return { twin, served: await serveTwin(twin, { port: options.port }) };
  } catch (error) {
    throw portError(error, options.port);
  }
}

/** The control surface of a twin, in this process. Throws AppError with the twin's own words where it refuses. */
export async function control(
  twin: Pick<Twin, 'fetch' | 'system'>,
  method: string,
  path: string,
  body?: unknown,
): Promise<unknown> {
  const init: RequestInit = { method };
  if (body !== undefined) init.body = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await twin.fetch(new Request(`http://127.0.0.1/_twin/${path}`, init));
  const answer: unknown = await response.json();
  if (response.ok) return answer;
  const said =
    typeof answer === 'object' && answer !== null && 'error' in answer ? String(answer.error) : response.statusText;
  throw new AppError(`The ${twin.system} twin refused ${method} /_twin/${path}: ${said}`);
}
