import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 3,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // What is built already is loaded by Node itself, as users load it, and much faster than by Vite.
    server: { deps: { external: [/\/dist\//] } },
  },
});
