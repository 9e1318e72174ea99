import { expect, it } from 'vitest';
import { toRestore } from './restore.ts';

const agent = { version: 7 };

it('makes an older soul or identity count again, with the version that was seen', () => {
  expect(toRestore(agent, 'SOUL.md', 'calm')).toEqual({ version: 7, soul_template: 'calm' });
  expect(toRestore(agent, 'IDENTITY.md', 'I am Scout')).toEqual({ version: 7, identity_template: 'I am Scout' });
});

it('does not render again what was rendered once', () => {
  expect(toRestore(agent, 'SOUL.md', 'say {{ hello }}')?.soul_template).toBe('{% raw %}say {{ hello }}{% endraw %}');
  expect(toRestore(agent, 'SOUL.md', 'a {% endraw %} b')).toBeUndefined();
});

it('leaves alone what is made from the board', () => {
  for (const name of ['AGENTS.md', 'USER.md', 'constructor']) expect(toRestore(agent, name, 'x'), name).toBeUndefined();
});
