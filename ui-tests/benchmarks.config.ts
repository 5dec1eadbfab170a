/**
 * Which measurements are made in the browser; see `benchmarks/canvases.py`.
 */
import { defineConfig } from '@playwright/test';

import tests from './playwright.config';

export default defineConfig(tests, {
  testDir: 'benchmarks',
  timeout: 1_200_000,
  retries: 0,
  projects: [
    {
      name: 'measurements',
      testDir: 'benchmarks',
      use: tests.projects![0].use!
    }
  ]
});
