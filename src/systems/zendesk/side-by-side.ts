/** Where the vendor takes one record a call, so many calls are under way at the same time. */
const atATime = 5;

/** The same for each member, some side by side; answers in the order of the members. */
export async function sideBySide<T, R>(
  members: readonly T[],
  work: (member: T, place: number) => Promise<R>,
): Promise<R[]> {
  const answers = new Array<R>(members.length);
  const places = members.entries();
  const worker = async () => {
    for (const [place, member] of places) answers[place] = await work(member, place);
  };
  await Promise.all(Array.from({ length: Math.min(atATime, members.length) }, worker));
  return answers;
}
