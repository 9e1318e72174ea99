import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { main } from '../src/main.ts';

const folder = mkdtempSync(join(tmpdir(), 'mc-policy-'));
afterAll(() => rmSync(folder, { recursive: true }));

const RULE = 'rules:\n  - id: small\n    tools: { match: [pay], where: { amount: { lte: 5 } } }\n';
function save(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}
const good = save(
  'good.yaml',
  `version: 1\nname: p\nscope: { org: true }\n${RULE}tests:
  - { name: small ones pass, given: { tool: pay, args: { amount: 5 } }, expect: { decision: allow } }
  - { name: large ones do not, given: { tool: pay, args: { amount: 6 } }, expect: { decision: block, rule: small } }\n`,
);
const bad = save('bad.yaml', `version: 1\nname: p\nscop: { org: true }\n${RULE}`);

async function mc(...args: string[]): Promise<{ code: number; said: string }> {
  const lines: string[] = [];
  const say = (line: string) => void lines.push(line);
  const code = await main(args, { write: say, warn: say });
  return { code, said: lines.join('\n') };
}

it('mc policy lint names line, column, code and fix, and exits 1 on an error', async () => {
  expect(await mc('policy', 'lint', good)).toEqual({ code: 0, said: 'ok' });
  const { code, said } = await mc('policy', 'lint', good, bad);
  expect(code).toBe(1);
  expect(said).toContain(
    `${bad}:3:1: error MC101: "scop" is not known here. Did you mean "scope"? (fix: Change to scope)`,
  );
  const json = await mc('policy', 'lint', bad, '--json');
  expect(JSON.parse(json.said)).toContainEqual(expect.objectContaining({ code: 'MC101', line: 3, end_col: 5 }));
  expect((await mc('policy', 'lint')).code).toBe(2);
});

it('mc policy test runs the tests that stand in a policy', async () => {
  const passed = await mc('policy', 'test', good);
  expect(passed).toMatchObject({ code: 0, said: expect.stringContaining('2 passed, 0 failed') });
  const wrong = save(
    'wrong.yaml',
    `version: 1\nname: p\nscope: { org: true }\n${RULE}tests:
  - { name: t, given: { tool: pay, args: { amount: 6 } }, expect: { decision: allow } }\n`,
  );
  const failed = await mc('policy', 'test', wrong);
  expect(failed.code).toBe(1);
  expect(failed.said).toContain(`FAIL ${wrong}:8 t: Expected decision "allow", got "block".`);
  expect((await mc('policy', 'test', bad)).code).toBe(1);
});

it('mc policy explain says what decides, by its line', async () => {
  const { code, said } = await mc('policy', 'explain', good, '--tool', 'pay', '--args', '{"amount": 9}');
  expect(code).toBe(0);
  expect(said).toBe('block (p@1:small)\n  block by p@1:small, line 5: tools.where\n    amount must be lte 5, and is 9');
  expect((await mc('policy', 'explain', good, '--tool', 'other')).said).toBe('allow (nothing is against it)');
  expect((await mc('policy', 'explain', bad, '--tool', 'pay')).code).toBe(2);
});
