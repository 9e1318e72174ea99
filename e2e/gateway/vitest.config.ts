import { defineConfig } from 'vitest/config';

/** `npm run test:gateway`: the product with a real OpenClaw gateway. */
export default defineConfig({
  root: import.meta.dirname,
  test: { include: ['*.test.ts'], testTimeout: 300_000, hookTimeout: 180_000, fileParallelism: false, bail: 1 },
});
