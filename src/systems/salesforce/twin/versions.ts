import type { Json } from '../../../twins/json.ts';

export const currentVersion = 67;
/** Versions up to 30 are retired. */
export const oldestVersion = 31;

const seasons = ['Spring', 'Summer', 'Winter'] as const;

/** Three releases a year: 66 is Spring '26, 67 Summer '26, 65 Winter '26. */
function label(version: number): string {
  const season = seasons[version % 3] ?? 'Spring';
  const year = 26 + Math.floor((version - 65) / 3);
  return `${season} '${String(year).padStart(2, '0')}`;
}

export const versions: Json = Array.from({ length: currentVersion - oldestVersion + 1 }, (_, i) => {
  const version = oldestVersion + i;
  return { label: label(version), url: `/services/data/v${version}.0`, version: `${version}.0` };
});
