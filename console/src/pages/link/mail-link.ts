/** What a link in a mail is for, as it stands behind the `#`, which no server sees. */
export const KINDS = [
  "verify",
  "reset",
  "address",
  "invitation",
  "sign-in",
] as const;
export type Kind = (typeof KINDS)[number];

export interface MailLink {
  readonly kind: Kind;
  readonly secret: string;
}

/** Reads what stands behind the `#` of an address; null for anything that is no link of a mail. */
export function mailLinkOf(hash: string): MailLink | null {
  const text = hash.startsWith("#") ? hash.slice(1) : hash;
  const at = text.indexOf("=");
  const kind = KINDS.find((one) => one === text.slice(0, at));
  const secret = text.slice(at + 1);
  return kind === undefined || secret === "" ? null : { kind, secret };
}
