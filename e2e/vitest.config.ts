import { defaultServerConditions } from 'vite';
import { defineConfig } from 'vitest/config';

const conditions = ['mc-source', ...defaultServerConditions];

export default defineConfig({
  root: import.meta.dirname,
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: { include: ['*.test.ts'], testTimeout: 60_000, hookTimeout: 120_000, fileParallelism: false },
});
