export type Send = (url: string, init: RequestInit) => Promise<Response>;

/** How requests go out. Somebody who is signed in gets a way that keeps their work while there is no network. */
export const transport: { send: Send } = {
  send: (url, init) => fetch(url, init),
};
