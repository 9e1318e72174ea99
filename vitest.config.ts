import { defaultServerConditions } from 'vite';
import { defineConfig } from 'vitest/config';

/** Our own packages are tested from source. */
const conditions = ['mc-source', ...defaultServerConditions];
const shared = { resolve: { conditions }, ssr: { resolve: { conditions } } };

export default defineConfig({
  test: {
    // Test databases share one PostgreSQL, and a transaction in any of them holds the facts of all back (its horizon).
    maxWorkers: 1,
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
