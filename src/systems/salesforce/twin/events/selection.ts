import { type Org, systemRow } from '../org.ts';
import { toSecond } from '../time.ts';
import { eventName } from './change-event.ts';

/** Entities that may be selected without an add-on (Change Data Capture Developer Guide, "Allocations"). */
export const mostSelected = 5;

/** Makes the selection of published objects what the switches say. Its rows, which the Tooling API shows, are the truth. */
export function selectChangeEvents(org: Org, objects: readonly string[]): void {
  const { store, ids, people, clock } = org;
  const transaction = store.begin(people.api, '');
  const wanted = new Set(objects.flatMap((name) => org.schema.find(name)?.name ?? []).map(eventName));
  for (const row of [...store.all('PlatformEventChannelMember')]) {
    if (!wanted.delete(String(row.values.SelectedEntity))) transaction.purge(row);
  }
  for (const entity of wanted) {
    const values = {
      DeveloperName: `${standardChannel}_${entity}`,
      EventChannel: standardChannel,
      SelectedEntity: entity,
    };
    transaction.put(
      systemRow('PlatformEventChannelMember', ids.next('0v8'), people.api, toSecond(clock.now()), values),
    );
  }
  transaction.commit(0);
  store.settle(clock.now());
}

/** True where the object's changes are published, on whichever channel. */
export function isSelected({ store }: Org, object: string): boolean {
  const entity = eventName(object);
  for (const row of store.rows('PlatformEventChannelMember').values())
    if (row.values.SelectedEntity === entity) return true;
  return false;
}

/** The channel that there is without anybody making it. */
export const standardChannel = 'ChangeEvents';

/** The entities that are selected for a channel. */
export function selectedIn({ store }: Pick<Org, 'store'>, channel: string): ReadonlySet<string> {
  const entities = new Set<string>();
  for (const { values } of store.rows('PlatformEventChannelMember').values())
    if (values.EventChannel === channel) entities.add(String(values.SelectedEntity));
  return entities;
}
