/**
 * Which measurements are made in the browser; see `benchmarks/canvases.py`.
 */
import { defineConfig } from '@playwright/test';

import tests from './playwright.config';

const [lab] = tests.projects!;
const [labServer] = [tests.webServer!].flat();

export default defineConfig({
  ...tests,
  testDir: 'benchmarks',
  timeout: 1_200_000,
  retries: 0,
  workers: 1,
  projects: [{ ...lab, name: 'measurements', testDir: 'benchmarks' }],
  // A trace takes pictures of the page all the time.
  use: { ...tests.use, trace: 'off' },
  webServer: labServer
});
