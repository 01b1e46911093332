import { useQueryClient } from "@tanstack/react-query";
import type { Comment, CommentPage, NewComment } from "mainstay-client";

import type { ConsoleClient } from "../../../api/console-client.ts";
import { useConsole } from "../../../console.tsx";

/** Threads of one request. */
const THREADS = 20;

export function commentsKey(collection: string, id: string) {
  return ["comments", collection, id] as const;
}

export async function listComments(
  client: ConsoleClient,
  on: { readonly collection: string; readonly id: string },
  at: {
    readonly cursor: string | null;
    readonly isResolved: boolean;
    readonly signal: AbortSignal;
  },
): Promise<CommentPage> {
  const query = new URLSearchParams({
    limit: String(THREADS),
    resolved: String(at.isResolved),
  });
  if (at.cursor !== null) {
    query.set("cursor", at.cursor);
  }
  const path = `/records/${on.collection}/${on.id}/comments?${query}`;
  const { signal } = at;
  return (await client.request("GET", path, { signal })) as CommentPage;
}

/** What can be done to comments; the list is asked for again after each. */
export interface CommentCalls {
  readonly add: (comment: NewComment) => Promise<void>;
  readonly edit: (comment: Comment, body: string) => Promise<void>;
  readonly remove: (comment: Comment) => Promise<void>;
  readonly resolve: (comment: Comment) => Promise<void>;
  readonly reopen: (comment: Comment) => Promise<void>;
  /** Gives a reaction, or takes it back. */
  readonly react: (
    comment: Comment,
    emoji: string,
    on: boolean,
  ) => Promise<void>;
}

export function useCommentCalls(collection: string, id: string): CommentCalls {
  const { client } = useConsole();
  const queries = useQueryClient();
  const call = async (
    method: "POST" | "PUT" | "PATCH" | "DELETE",
    path: string,
    options: {
      body?: unknown;
      headers?: Readonly<Record<string, string>>;
    } = {},
  ) => {
    await client.request(method, path, options);
    await queries.invalidateQueries({ queryKey: commentsKey(collection, id) });
    // Who comments follows from then on.
    void queries.invalidateQueries({ queryKey: ["follow", collection, id] });
  };
  const version = (comment: Comment) => ({
    "if-match": `"${comment.version}"`,
  });
  return {
    add: (body) =>
      call("POST", `/records/${collection}/${id}/comments`, { body }),
    edit: (comment, body) =>
      call("PATCH", `/comments/${comment.id}`, {
        body: { body },
        headers: version(comment),
      }),
    remove: (comment) => call("DELETE", `/comments/${comment.id}`),
    resolve: (comment) => call("POST", `/comments/${comment.id}/resolve`),
    reopen: (comment) => call("POST", `/comments/${comment.id}/reopen`),
    react: (comment, emoji, on) =>
      call(
        on ? "PUT" : "DELETE",
        `/comments/${comment.id}/reactions/${encodeURIComponent(emoji)}`,
      ),
  };
}
