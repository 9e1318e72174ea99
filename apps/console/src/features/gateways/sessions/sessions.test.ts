import { expect, test } from 'vitest';
import { toSessionLines } from './sessions.ts';

test('sessions come newest first, named by their label or the end of their key', () => {
  const lines = toSessionLines([
    { key: 'agent:mc-1:main', updatedAt: 1_000 },
    { key: 'agent:mc-2:task:7', label: 'Deploy', updatedAt: 2_000, hasActiveRun: true },
    { noKey: true },
  ]);
  expect(lines.map(({ title, agentId, isRunning }) => [title, agentId, isRunning])).toEqual([
    ['Deploy', 'mc-2', true],
    ['main', 'mc-1', false],
  ]);
});
