/** Under which names the lists of this page are kept. */
export const WEBHOOKS = ["/webhooks"];

export function deliveriesOf(webhook: string): string {
  return `/webhooks/${webhook}/deliveries`;
}
