/**
 * The automated check of accessibility.
 */
import { createRequire } from 'node:module';

import type { Page } from '@playwright/test';

const axePath = createRequire(__filename).resolve('axe-core/axe.min.js');

/** What axe-core finds that is serious in some parts of the page, given as selectors. */
export async function seriousProblems(
  page: Page,
  ...parts: string[]
): Promise<string[]> {
  await page.addScriptTag({ path: axePath });
  return page.evaluate(async parts => {
    const { axe } = window as unknown as {
      axe: {
        run(
          where: object
        ): Promise<{
          violations: { id: string; impact: string; nodes: { html: string }[] }[];
        }>;
      };
    };
    const { violations } = await axe.run({ include: parts.map(each => [each]) });
    return violations
      .filter(({ impact }) => ['serious', 'critical'].includes(impact))
      .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  }, parts);
}
