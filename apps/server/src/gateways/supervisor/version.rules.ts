/** The oldest gateway that this server works with. */
export const MIN_VERSION = '2026.2.9';

/** `[v]YYYY.M.D[-revision]` as numbers; undefined for anything else. */
function parseVersion(text: string): number[] | undefined {
  const [, year, month, day] = /^v?(\d{4})\.(\d{1,2})\.(\d{1,2})(?:-[\w.-]+)?$/.exec(text.trim()) ?? [];
  return year && month && day ? [Number(year), Number(month), Number(day)] : undefined;
}

/** What a gateway's version is to us. */
export function judgeVersion(text: string | null, minimum = MIN_VERSION): 'ok' | 'old' | 'unknown' {
  const version = text === null ? undefined : parseVersion(text);
  const oldest = parseVersion(minimum);
  if (!version || !oldest) return 'unknown';
  const at = version.findIndex((part, index) => part !== oldest[index]);
  return at === -1 || (version[at] ?? 0) > (oldest[at] ?? 0) ? 'ok' : 'old';
}
