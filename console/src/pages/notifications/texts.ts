import { pageTexts } from "../../i18n/page-texts.ts";

export const texts = pageTexts(
  "notifications",
  {
    title: "Notifications",
    unread: "Unread only",
    readAll: "Mark all as read",
    empty: "Nothing new",
    emptyText: "Follow a record, and you are told here what happens to it.",
    somebody: "Somebody",
    server: "The server",
    reasons: {
      shared: "{{who}} shared “{{label}}” with you",
      mentioned: "{{who}} mentioned you on “{{label}}”",
      replied: "{{who}} answered in a thread on “{{label}}”",
      commented: "{{who}} commented on “{{label}}”",
      resolved: "{{who}} resolved a thread on “{{label}}”",
      changed: "{{who}} changed “{{label}}”",
      deleted: "{{who}} deleted “{{label}}”",
    },
    isNew: "New:",
    more: "Show earlier",
    loading: "Loading the notifications",
  },
  {
    de: {
      title: "Mitteilungen",
      unread: "Nur ungelesene",
      readAll: "Alle als gelesen markieren",
      empty: "Nichts Neues",
      emptyText:
        "Wer einem Eintrag folgt, erfährt hier, was mit ihm geschieht.",
      somebody: "Jemand",
      server: "Der Server",
      reasons: {
        shared: "{{who}} hat „{{label}}“ mit mir geteilt",
        mentioned: "{{who}} hat mich zu „{{label}}“ erwähnt",
        replied: "{{who}} hat in einem Faden zu „{{label}}“ geantwortet",
        commented: "{{who}} hat „{{label}}“ kommentiert",
        resolved: "{{who}} hat einen Faden zu „{{label}}“ erledigt",
        changed: "{{who}} hat „{{label}}“ geändert",
        deleted: "{{who}} hat „{{label}}“ gelöscht",
      },
      isNew: "Neu:",
      more: "Früheres zeigen",
      loading: "Die Mitteilungen werden geladen",
    },
  },
);
