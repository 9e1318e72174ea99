import { expect, it } from 'vitest';
import { findUrlFault } from './pack-url.ts';

it('takes addresses of whole repositories on GitHub only', () => {
  for (const url of [
    'https://github.com/acme/skills',
    ' https://github.com/acme/sk.ills.git ',
    'https://github.com/a/b/',
  ])
    expect(findUrlFault(url), url).toBeUndefined();
  for (const url of [
    '',
    'github.com/a/b',
    'http://github.com/a/b',
    'https://gitlab.com/a/b',
    'https://github.com/a',
    'https://github.com/a/b/tree/main',
  ])
    expect(findUrlFault(url), url).toBeDefined();
});
