import { defaultServerConditions } from 'vite';
import { defineConfig } from 'vitest/config';

const conditions = ['mc-source', ...defaultServerConditions];

/** `npm run test:security`: what the whole API gives to whom, found by walking openapi.json. */
export default defineConfig({
  root: import.meta.dirname,
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['*.test.ts'],
    globalSetup: '../../apps/server/test/global-setup.ts',
    testTimeout: 600_000,
    hookTimeout: 120_000,
    fileParallelism: false,
  },
});
