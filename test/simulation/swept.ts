import type { Service } from '../../src/app/service.ts';

/**
 * I2, as Syncline sees it: whatever a sweep finds different at rest is explained, or has drifted. Where a vendor tells of some fields without
 * a stamp (`isUnstamped`), a first sweep may find them changed; what is different still after the run that it makes due is not in step.
 */
export async function sweptClean(service: Service, isUnstamped: boolean): Promise<readonly string[]> {
  if (isUnstamped) {
    await service.sweep({ syncs: [] });
    await service.run({ syncs: [] });
  }
  const { syncs } = await service.sweep({ syncs: [] });
  return Object.entries(syncs).flatMap(([name, { differ, examples }]) => {
    if (differ === 0) return [];
    const said = examples.flatMap(({ why, say }) => (why === 'differs' ? [say] : [])).join(' ');
    return [`I2 agree: ${differ} pairs of ${name} differ at rest, and no sweep can say why: ${said}`];
  });
}
