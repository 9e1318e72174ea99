// How long files are and how full folders. Functions are bounded by biome (noExcessiveLinesPerFunction).
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { countLines, isMigration, isSource, isTest, listFiles } from './source-files.mjs';

const MAX_LINES = 400;
const MAX_FILES = 9;
const MEDIAN_BELOW = 80;
const P95_BELOW = 250;

/**
 * Holds every file and folder against the bounds.
 * @param {{path: string, lines: number}[]} files
 * @param {{files: Record<string, string>, folders: Record<string, string>}} exemptions path → reason
 */
export function findOversized(files, exemptions) {
  const long = files
    .filter(({ path, lines }) => lines > MAX_LINES && !exemptions.files[path])
    .map(({ path, lines }) => `${path}: ${lines} lines, at most ${MAX_LINES}. Split by noun first, then by role.`);
  const full = [...countByFolder(files)]
    .filter(([folder, count]) => count > MAX_FILES && !exemptions.folders[folder])
    .map(([folder, count]) => `${folder}/: ${count} files, at most ${MAX_FILES}. It is two resources.`);
  return [...long, ...full];
}

/** Exemptions of what is no longer there, no longer too large, or without a reason. */
export function findStaleExemptions(files, exemptions) {
  const folders = countByFolder(files);
  const isLong = (path) => files.some((file) => file.path === path && file.lines > MAX_LINES);
  const isFull = (folder) => (folders.get(folder) ?? 0) > MAX_FILES;
  return [...listStale(exemptions.files, isLong), ...listStale(exemptions.folders, isFull)];
}

const listStale = (reasons, isNeeded) =>
  Object.entries(reasons)
    .filter(([path, reason]) => reason.length < 20 || !isNeeded(path))
    .map(([path]) => `exemptions.json: ${path} needs no exemption, or gives no reason for it.`);

/** The folder's index and its tests do not count. */
function countByFolder(files) {
  const counts = new Map();
  for (const { path } of files) {
    if (/(^|\/)index\.tsx?$/.test(path)) continue;
    counts.set(dirname(path), (counts.get(dirname(path)) ?? 0) + 1);
  }
  return counts;
}

/** @param {number[]} lengths @param {number} share 0 … 1 */
export function quantile(lengths, share) {
  const sorted = lengths.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

function main() {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const files = listFiles(root)
    .filter((path) => isSource(path) && !isTest(path) && !isMigration(path))
    .map((path) => ({ path, lines: countLines(root, path) }))
    .filter(({ lines }) => lines !== undefined);
  const exemptions = JSON.parse(readFileSync(new URL('exemptions.json', import.meta.url), 'utf8'));
  const faults = [...findOversized(files, exemptions), ...findStaleExemptions(files, exemptions)];

  const lengths = files.map(({ lines }) => lines);
  const median = quantile(lengths, 0.5);
  const p95 = quantile(lengths, 0.95);
  const warning = median >= MEDIAN_BELOW || p95 >= P95_BELOW ? ` (over ${MEDIAN_BELOW} / ${P95_BELOW})` : '';
  console.log(`note: ${files.length} files, median ${median} lines, p95 ${p95}${warning}`);
  for (const fault of faults) console.log(fault);
  process.exitCode = faults.length === 0 ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
