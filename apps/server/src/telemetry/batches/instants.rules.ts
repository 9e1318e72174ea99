const DAY_US = 86_400_000_000;
/** RFC 3339; fractions beyond microseconds are cut. */
const INSTANT = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;
const CANONICAL_LENGTH = '2026-03-19T08:00:01.250000Z'.length;

/** Microseconds since 1970 of an RFC 3339 instant between 1970 and 9999; undefined for anything else. */
export function parseInstant(text: unknown): number | undefined {
  if (typeof text !== 'string') return undefined;
  return parseCanonical(text) ?? parseAny(text);
}

/** `2026-03-19T08:00:01.250Z` with up to six decimals, read digit by digit: four instants a step make it a hot path. */
function parseCanonical(text: string): number | undefined {
  const { length } = text;
  if (length < 20 || length > CANONICAL_LENGTH || text.charCodeAt(length - 1) !== 90) return undefined;
  if (text[4] !== '-' || text[7] !== '-' || text[10] !== 'T' || text[13] !== ':' || text[16] !== ':') return undefined;
  let micros = 0;
  if (length > 20) {
    if (text[19] !== '.' || length === 21) return undefined;
    micros = digits(text, 20, length - 1) * 10 ** (27 - length);
  }
  const seconds = digits(text, 11, 13) * 3600 + digits(text, 14, 16) * 60 + digits(text, 17, 19);
  const days = toDays(digits(text, 0, 4), digits(text, 5, 7), digits(text, 8, 10));
  const value = days * DAY_US + seconds * 1_000_000 + micros;
  return Number.isNaN(value) || digits(text, 11, 13) > 23 || digits(text, 14, 16) > 59 || digits(text, 17, 19) > 59
    ? undefined
    : value;
}

function parseAny(text: string): number | undefined {
  const match = INSTANT.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second, fraction = '', sign, zoneHours, zoneMinutes] = match;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const zone = (Number(zoneHours ?? 0) * 60 + Number(zoneMinutes ?? 0)) * (sign === '-' ? -1 : 1);
  const seconds = Number(hour) * 3600 + (Number(minute) - zone) * 60 + Number(second);
  const value = toDays(Number(year), Number(month), Number(day)) * DAY_US + seconds * 1_000_000;
  return Number.isNaN(value) || value < 0 ? undefined : value + Number(fraction.slice(0, 6).padEnd(6, '0'));
}

function digits(text: string, from: number, to: number): number {
  let value = 0;
  for (let i = from; i < to; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
let lastDate = -1;
let lastDays = 0;

/** Days since 1970-01-01 of a real date from 1970 on; NaN for others. */
function toDays(year: number, month: number, day: number): number {
  const date = year * 10_000 + month * 100 + day;
  // Remembers one answer: nearly every instant of a process is of today.
  if (date === lastDate) return lastDays;
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const length = month === 2 && isLeap ? 29 : (MONTH_DAYS[month - 1] ?? 0);
  if (!(year >= 1970 && day >= 1 && day <= length)) return Number.NaN;
  lastDate = date;
  lastDays = Date.UTC(year, month - 1, day) / 86_400_000;
  return lastDays;
}

/** RFC 3339 with six decimals. */
export function formatInstant(us: number): string {
  const ms = Math.floor(us / 1000);
  return `${new Date(ms).toISOString().slice(0, -1)}${String(us - ms * 1000).padStart(3, '0')}Z`;
}

/** The UTC day of an instant, counted from 1970-01-01. */
export const toDay = (us: number): number => Math.floor(us / DAY_US);

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export const isUuid = (text: unknown): text is string => typeof text === 'string' && UUID.test(text);

/** Milliseconds since 1970 inside a UUIDv7; undefined for any other version. */
export function instantOfUuid(uuid: string): number | undefined {
  return uuid[14] === '7' ? Number.parseInt(uuid.slice(0, 8) + uuid.slice(9, 13), 16) : undefined;
}
