import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { makeBoard } from '../../../test/make.ts';

const REPOSITORY = fileURLToPath(new URL('../../../../..', import.meta.url));
const CLI = `import { main } from './packages/cli/src/main.ts'; process.exitCode = await main(process.argv.slice(1));`;

let app: TestApp;
let folder: string;
let lines: string[];

/** Some approvals, and the export of what they left in the trail. */
beforeAll(async () => {
  app = await createTestApp();
  folder = mkdtempSync(join(tmpdir(), 'mc-export-'));
  const boardId = await makeBoard(app, app.owner.orgId);
  for (let n = 0; n < 5; n++) {
    const url = `/api/v1/boards/${boardId}/approvals`;
    const payload = {
      action_type: `deploy ${n} – “ü”`,
      confidence: 50.25,
      lead_reasoning: 'Tested.',
      payload: { n: 1e21 },
    };
    await app.router.inject({ method: 'POST', url, headers: app.owner.headers, payload });
  }
  const read = async (path: string) => app.router.inject({ url: `/api/v1${path}`, headers: app.owner.headers });
  while ((await read('/audit?action=approval.created')).json().items.length < 5) await sleep(50);
  lines = (await read('/audit/export')).body.trim().split('\n');
});
afterAll(async () => {
  await app.close();
  rmSync(folder, { recursive: true });
});

function verify(changed: string[]): { status: number | null; stdout: string } {
  const path = join(folder, 'export.ndjson');
  writeFileSync(path, changed.map((line) => `${line}\n`).join(''));
  const args = ['--import', 'tsx', '-C', 'mc-source', '--input-type=module', '-e', CLI, 'audit', 'verify', path];
  const { status, stdout } = spawnSync(process.execPath, args, { cwd: REPOSITORY, encoding: 'utf8' });
  return { status, stdout };
}

it('mc audit verify accepts what the server exports', () => {
  const count = lines.length - 1;
  expect(count).toBeGreaterThanOrEqual(5);
  expect(verify(lines)).toEqual({ status: 0, stdout: expect.stringMatching(`^ok: ${count} entries, 1 to ${count}`) });
});

it.each([
  ['edited', (all: string[]) => all.with(4, String(all[4]).replace('"confidence":50.25', '"confidence":99'))],
  ['missing', (all: string[]) => all.toSpliced(4, 1)],
  ['reordered', (all: string[]) => all.with(4, String(all[5])).with(5, String(all[4]))],
  ['truncated', (all: string[]) => all.slice(0, 4)],
])('mc audit verify finds an export %s', (kind, change) => {
  expect(verify(change(lines))).toEqual({ status: 1, stdout: expect.stringMatching(`^bad: entry 4: ${kind}\\.`) });
});
