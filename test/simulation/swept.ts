import type { Service } from '../../src/app/service.ts';

/** I2, as Syncline sees it: whatever a sweep finds different at rest is explained, or has drifted. */
export async function sweptClean(service: Service): Promise<readonly string[]> {
  const { syncs } = await service.sweep({ syncs: [] });
  return Object.entries(syncs).flatMap(([name, { differ, examples }]) => {
    if (differ === 0) return [];
    const said = examples.flatMap(({ why, say }) => (why === 'differ' ? [say] : [])).join(' ');
    return [`I2 agree: ${differ} pairs of ${name} differ at rest, and no sweep can say why: ${said}`];
  });
}
