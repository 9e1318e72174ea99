/** Only names that start like this are ours to judge; the rest of the environment belongs to others. */
const OUR_PREFIXES = ['MC_', 'RATE_LIMIT_', 'SECURITY_HEADER_'];

/** Known to the SDK, to a later version of the server, or to Midnight Commander, which shares the prefix. */
const ALSO_KNOWN = [
  ...['MC_URL', 'MC_KEY', 'MC_AGENT', 'MC_SAMPLE', 'MC_SPOOL_DIR', 'MC_DISABLE'],
  ...['MC_SID', 'MC_TMPDIR'],
];

const RETIRED = /^(RQ_.*|RATE_LIMIT_REDIS_URL|RATE_LIMIT_BACKEND)$/;

/** Whether a variable of the base implementation is accepted and has no effect. */
export const isRetired = (name: string): boolean => RETIRED.test(name);

/** One sentence for each name that looks like ours and is not, with the nearest name that is. */
export function findUnknown(names: string[], known: string[]): string[] {
  const all = [...known, ...ALSO_KNOWN];
  return names
    .filter((name) => OUR_PREFIXES.some((prefix) => name.startsWith(prefix)))
    .filter((name) => !all.includes(name) && !isRetired(name))
    .map((name) => `${name} is not a variable of Mission Control${suggest(name, all)}`);
}

const FAR = 5;

function suggest(name: string, known: string[]): string {
  const near = known.map((other) => ({ other, far: editDistance(name, other) })).sort((a, b) => a.far - b.far)[0];
  return near && near.far < FAR ? `; did you mean ${near.other}?` : '.';
}

/** Levenshtein distance: insertions, deletions and substitutions between two names. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substituted, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
