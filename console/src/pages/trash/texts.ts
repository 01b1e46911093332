import { pageTexts } from "../../i18n/page-texts.ts";

export const texts = pageTexts(
  "trash",
  {
    title: "Trash",
    text: "What was deleted and can be restored.",
    empty: "The trash is empty",
    emptyText: "What is deleted waits here until its time is over.",
    deletedAt: "Deleted {{when}}",
    restored: "Restored {{record}}",
    more: "Show more",
  },
  {
    de: {
      title: "Papierkorb",
      text: "Was gelöscht wurde und wiederhergestellt werden kann.",
      empty: "Der Papierkorb ist leer",
      emptyText: "Was gelöscht wird, wartet hier, bis seine Zeit um ist.",
      deletedAt: "Gelöscht {{when}}",
      restored: "{{record}} wiederhergestellt",
      more: "Mehr zeigen",
    },
  },
);
