/** Any JSON value but null. */
export type Json =
  string | number | boolean | JsonObject | readonly (Json | null)[];

/** Any JSON object. */
export interface JsonObject {
  readonly [name: string]: Json | null;
}
