import { pageTexts } from "../../i18n/page-texts.ts";

export const texts = pageTexts(
  "shared",
  {
    title: "Shared with you",
    text: "Records that somebody has shared with you or with a group of yours.",
    empty: "Nothing is shared with you",
    emptyText: "What others share with you appears here.",
    by: "{{collection}} · {{level}} · since {{when}}",
    until: "until {{when}}",
    levels: {
      read: "you may view it",
      comment: "you may comment",
      edit: "you may edit it",
    },
    more: "Show more",
    all: "Show all",
    loading: "Loading what is shared with you",
  },
  {
    de: {
      title: "Mit mir geteilt",
      text: "Einträge, die jemand mit mir oder einer meiner Gruppen geteilt hat.",
      empty: "Noch nichts geteilt",
      emptyText: "Was andere teilen, erscheint hier.",
      by: "{{collection}} · {{level}} · seit {{when}}",
      until: "bis {{when}}",
      levels: {
        read: "zum Ansehen",
        comment: "zum Kommentieren",
        edit: "zum Bearbeiten",
      },
      more: "Mehr zeigen",
      all: "Alles zeigen",
      loading: "Es wird geladen, was geteilt ist",
    },
  },
);
