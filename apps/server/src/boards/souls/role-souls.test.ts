import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { type AgentsOnGateway, startAgentsOnGateway } from '../../../test/gateway/agents-on-gateway.ts';

let app: TestApp;
let mirrorDir: string;
let place: AgentsOnGateway;
beforeAll(async () => {
  mirrorDir = mkdtempSync(join(tmpdir(), 'mc-mirror-'));
  mkdirSync(join(mirrorDir, 'souls/ada'), { recursive: true });
  writeFileSync(join(mirrorDir, 'souls/ada/code-reviewer.md'), 'You read every line. {{ 7 | times: 6 }}');
  app = await createTestApp({ env: { MC_MIRROR_DIR: mirrorDir } });
  place = await startAgentsOnGateway(app);
});
afterAll(async () => {
  await place.gateway.close();
  await app.close();
  rmSync(mirrorDir, { recursive: true });
});

it('a worker with a role gets the soul that the directory has for it, as text and not as a template', async () => {
  const { id } = await place.create({ identity_profile: { role: 'Code Reviewer' } });
  await expect
    .poll(() => place.filesOf(id).get('SOUL.md'), { timeout: 30_000 })
    .toContain('You read every line. {{ 7 | times: 6 }}');
  expect(place.filesOf(id).get('SOUL.md')).toContain('https://souls.directory/souls/ada/code-reviewer');
  await place.call('PATCH', `/agents/${id}`, { identity_profile: { role: 'Poet' } });
  await expect.poll(() => place.filesOf(id).get('SOUL.md'), { timeout: 30_000 }).not.toContain('You read every line.');
});
