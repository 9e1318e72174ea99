const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const compact = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 });

/** What stands where a value is not known. */
export const NONE = '–';

/** `12,345`. */
export const formatCount = (n: number) => whole.format(n);

/** `12.3K`, for figures whose last digits do not matter. */
export const formatCompact = (n: number) => (n < 10_000 ? whole.format(n) : compact.format(n));

/** Microseconds as the largest unit that keeps three digits: `480 µs`, `12.4 ms`, `3.21 s`, `4m 05s`, `2h 03m`. */
export function formatDurationUs(us: number): string {
  if (us < 1_000) return `${Math.round(us)} µs`;
  const ms = us / 1_000;
  if (ms < 1_000) return `${trimDecimals(ms, ms < 10 ? 2 : ms < 100 ? 1 : 0)} ms`;
  const s = ms / 1_000;
  if (s < 60) return `${trimDecimals(s, s < 10 ? 2 : 1)} s`;
  return formatLongSeconds(Math.round(s));
}

function formatLongSeconds(s: number): string {
  const pad = (n: number) => String(n).padStart(2, '0');
  if (s < 3_600) return `${Math.floor(s / 60)}m ${pad(s % 60)}s`;
  if (s < 86_400) return `${Math.floor(s / 3_600)}h ${pad(Math.floor((s % 3_600) / 60))}m`;
  return `${Math.floor(s / 86_400)}d ${pad(Math.floor((s % 86_400) / 3_600))}h`;
}

function trimDecimals(n: number, digits: number): string {
  const text = n.toFixed(digits);
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** A share of 0..1 as `4.2%`; small but not zero never reads as zero. */
export function formatShare(share: number): string {
  if (share > 0 && share < 0.001) return '<0.1%';
  return `${trimDecimals(share * 100, share < 0.1 ? 1 : 0)}%`;
}

/** US dollars; `≥` in front when some tokens had no price. */
export function formatCostUsd(usd: number | null, unpricedTokens = 0): string {
  if (usd === null || (usd === 0 && unpricedTokens > 0)) return NONE;
  const digits = usd === 0 || usd >= 1 ? 2 : usd < 0.01 ? 4 : 3;
  return `${unpricedTokens > 0 ? '≥ ' : ''}$${usd.toFixed(digits)}`;
}

/** `812 B`, `14.2 kB`, `3.4 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${trimDecimals(bytes / 1_000, 1)} kB`;
  return `${trimDecimals(bytes / 1_000_000, 1)} MB`;
}

/** The ends of a long identifier: `0199a3…7c41`. UUIDv7 of one minute share their head, so the tail counts. */
export function shortenMiddle(id: string, head = 4, tail = 6): string {
  return id.length <= head + tail + 1 ? id : `${id.slice(0, head)}…${id.slice(-tail)}`;
}

/** `1 run`, `2 runs`. */
export const plural = (n: number, noun: string, many = `${noun}s`) => `${formatCount(n)} ${n === 1 ? noun : many}`;

/** `capability.tool_undeclared` → `Tool undeclared`, `policy.rule` → `Policy rule`. */
export function toWords(code: string): string {
  const words = code.replace(/^capability\./, '').replaceAll(/[._]/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
