/**
 * Requests of a page that are answered by a test, or not at all.
 */
import type { Page, Route } from '@playwright/test';

/**
 * Handle the page's requests to addresses of a kind, until the returned function is called.
 *
 * Galata's page stands before the real one, and has routes of its own as soon as
 * one was taken back: the real page keeps that one, and hears of no further one.
 * So the routes are those of the page's context.
 */
export async function intercept(
  page: Pick<Page, 'context'>,
  addresses: string,
  handler: (route: Route) => Promise<void>
): Promise<() => Promise<void>> {
  const context = page.context();
  await context.route(addresses, handler);
  return () => context.unroute(addresses, handler);
}
