import { expect, test } from 'vitest';
import { toSessionLines } from './sessions.ts';

test('sessions come newest first, with their label and the end of their key', () => {
  const lines = toSessionLines([
    { key: 'agent:mc-1:main', updatedAt: 1_000 },
    { key: 'agent:mc-2:task:7', label: 'Deploy', updatedAt: 2_000, hasActiveRun: true },
    { noKey: true },
  ]);
  expect(lines.map(({ label, name, agentId, isRunning }) => [label, name, agentId, isRunning])).toEqual([
    ['Deploy', 'task:7', 'mc-2', true],
    [undefined, 'main', 'mc-1', false],
  ]);
});
