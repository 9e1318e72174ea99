import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
/** The work contract numbers its behaviours; a test that proves one begins its name with the number. */
const CASES = 235;

const tests = ['apps', 'packages', 'e2e']
  .flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path)),
  )
  .filter((path) => path.endsWith('.test.ts') && !path.includes('node_modules'));

/** Numbers as names of tests begin with them: `62: …`, `83, 85: …`, `1–4: …`. */
function readNumbers(source: string): number[] {
  const heads = source.matchAll(
    /['"`](\d{1,3}(?:\s*[-–]\s*\d{1,3})?(?:(?:,\s*| and )\d{1,3}(?:\s*[-–]\s*\d{1,3})?)*):\s/g,
  );
  return [...heads].flatMap(([, head = '']) =>
    head.split(/,| and /).flatMap((part) => {
      const [first = 0, last = first] = part.split(/[-–]/).map(Number);
      return Array.from({ length: last - first + 1 }, (_, i) => first + i);
    }),
  );
}

it('every behaviour of the work contract is named by a test', () => {
  const named = new Set(tests.flatMap((path) => readNumbers(readFileSync(join(ROOT, path), 'utf8'))));
  const missing = Array.from({ length: CASES }, (_, i) => i + 1).filter((number) => !named.has(number));
  expect(missing).toEqual([]);
});
