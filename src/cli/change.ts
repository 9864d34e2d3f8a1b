import { type Delta, show, type Value } from '../model/value.ts';

/** `"Acme Ltd"`, or for a set what came and what went: `+"b" −"a"` */
export function change(after: Value | Delta, showOne: (value: Value) => string = show): string {
  if (!isDelta(after)) return showOne(after);
  const members = [
    ...after.add.map((member) => `+${showOne(member)}`),
    ...after.drop.map((member) => `−${showOne(member)}`),
  ];
  return members.length === 0 ? 'unchanged' : members.join(' ');
}

function isDelta(after: Value | Delta): after is Delta {
  return typeof after === 'object' && after !== null && 'add' in after;
}
