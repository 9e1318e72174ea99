import { defaultServerConditions } from 'vite';
import { defineConfig } from 'vitest/config';

/** Our own packages are tested from source. */
const conditions = ['mc-source', ...defaultServerConditions];
const shared = { resolve: { conditions }, ssr: { resolve: { conditions } } };

export default defineConfig({
  test: {
    // Each has a PostgreSQL of its own (apps/server/test/global-setup.ts).
    maxWorkers: 2,
    // A machine that CI shares with others may starve a test once; here a test that fails once has failed.
    retry: process.env.CI ? 1 : 0,
    projects: [
      {
        ...shared,
        test: {
          name: 'server',
          include: ['apps/server/**/*.test.ts'],
          globalSetup: 'apps/server/test/global-setup.ts',
          testTimeout: 20_000,
          hookTimeout: 60_000,
        },
      },
      {
        ...shared,
        test: {
          name: 'rest',
          include: [
            'packages/**/*.test.ts',
            'apps/console/src/**/*.test.{ts,tsx}',
            'demo/**/*.test.ts',
            'bench/**/*.test.ts',
            'e2e/contract/*.test.ts',
            'scripts/**/*.test.mjs',
          ],
          testTimeout: 20_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
