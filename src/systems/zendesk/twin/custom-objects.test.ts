import { describe, expect, it } from 'vitest';
import { type Desk, list, object, openDesk, text } from './testing.ts';

async function withCars(): Promise<Desk> {
  const desk = await openDesk();
  await desk.call('POST', 'custom_objects', { custom_object: { key: 'car', title: 'Car', title_pluralized: 'Cars' } });
  const field = { key: 'colour', type: 'text', title: 'Colour' };
  await desk.call('POST', 'custom_objects/car/fields', { custom_object_field: field });
  return desk;
}

describe('custom objects', () => {
  it('creates and updates a record by its external id', async () => {
    const desk = await withCars();
    const path = 'custom_objects/car/records?external_id=sf:1';
    const made = await desk.call('PATCH', path, {
      custom_object_record: { name: 'car1', custom_object_fields: { colour: 'red' } },
    });
    const changed = await desk.call('PATCH', path, {
      custom_object_record: { custom_object_fields: { colour: 'blue' } },
    });
    expect([made.status, changed.status]).toEqual([201, 200]);
    expect(object(changed.body, 'custom_object_record')).toMatchObject({
      name: 'car1',
      external_id: 'sf:1',
      custom_object_fields: { colour: 'blue' },
    });
  });

  it('writes many by a job and lists them by cursor', async () => {
    const desk = await withCars();
    const items = ['a', 'b', 'c'].map((name) => ({ name, external_id: name }));
    const done = await desk.finish(
      await desk.call('POST', 'custom_objects/car/jobs', { job: { action: 'create_or_update_by_external_id', items } }),
    );
    expect(list(done, 'results').map((result) => result.status)).toEqual(['Created', 'Created', 'Created']);
    const first = await desk.call('GET', 'custom_objects/car/records?page[size]=2');
    const rest = await desk.call('GET', text(object(first.body, 'links').next));
    const names = [first, rest].flatMap((page) => list(page.body, 'custom_object_records').map((one) => one.name));
    expect([...names].sort()).toEqual(['a', 'b', 'c']);
  });

  it('refuses a job whose action is none', async () => {
    const desk = await withCars();
    for (const action of ['fly', 'constructor', 'toString']) {
      const refused = await desk.call('POST', 'custom_objects/car/jobs', { job: { action, items: [{ name: 'a' }] } });
      expect([refused.status, object(refused.body, 'error').title]).toEqual([400, 'Invalid attribute']);
    }
  });

  it('is pointed to by look-up fields, by id, external id or name', async () => {
    const desk = await withCars();
    const made = await desk.call('POST', 'custom_objects/car/records', {
      custom_object_record: { name: 'car1', external_id: 'x' },
    });
    const id = text(object(made.body, 'custom_object_record').id);
    const target = { relationship_target_type: 'zen:custom_object:car' };
    await desk.call('POST', 'organization_fields', {
      organization_field: { key: 'car', type: 'lookup', title: 'Car', ...target },
    });
    const point = async (value: string, name: string) =>
      object(
        object(
          (await desk.call('POST', 'organizations', { organization: { name, organization_fields: { car: value } } }))
            .body,
          'organization',
        ),
        'organization_fields',
      ).car;
    expect(await point(id, 'A')).toBe(id);
    expect(await point('external_id:x', 'B')).toBe(id);
    expect(await point('name:car1', 'C')).toBe(id);
    const none = { name: 'D', organization_fields: { car: 'name:nothing' } };
    expect((await desk.call('POST', 'organizations', { organization: none })).status).toBe(422);
  });
});
