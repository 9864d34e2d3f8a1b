/** How numbers and times read to a person. */

/** `0.4 s`, `12 s`, `3 min`, `5 h`, `2 days` */
export function duration(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
  if (seconds < 36 * 3600) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} days`;
}

/** `12,400`: the same everywhere, because output is compared and pasted. */
export function number(value: number): string {
  return value.toLocaleString('en-US');
}

/** `1 record`, `2 records` */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${number(value)} ${value === 1 ? one : many}`;
}

/** An instant in the reader's own time zone: `2026-11-20 13:37:00`. */
export function localTime(iso: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join('-');
  return `${day} ${[at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':')}`;
}

/** `3 min ago`, `in 12 s` */
export function relative(iso: string, now: number): string {
  const difference = Date.parse(iso) - now;
  return difference > 0 ? `in ${duration(difference)}` : `${duration(-difference)} ago`;
}
