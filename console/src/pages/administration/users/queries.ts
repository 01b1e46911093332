/** Under which names the lists of this page are kept. */
export const INVITATIONS = ["/invitations"];
export const SERVICES = ["/service-accounts"];

export function keysOf(owner: string): readonly string[] {
  return ["/api-keys", owner];
}
