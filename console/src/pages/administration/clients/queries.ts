/** Under which name the list of this page is kept. */
export const CLIENTS = ["/clients"];
