/** A part of the query of an address: left out where it is empty, or no text. */
export function texts<K extends string>(
  search: Record<string, unknown>,
  name: K,
): { readonly [N in K]?: string } {
  const value = search[name];
  return typeof value === "string" && value !== ""
    ? ({ [name]: value } as { readonly [N in K]?: string })
    : {};
}
