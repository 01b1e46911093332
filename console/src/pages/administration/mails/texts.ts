import { pageTexts } from "../../../i18n/page-texts.ts";

export const texts = pageTexts(
  "adminMails",
  {
    title: "Mails",
    text: "What the server has sent, what waits, and what did not arrive.",
    state: "State",
    states: {
      all: "All",
      pending: "Waiting",
      sent: "Sent",
      failed: "Failed",
      dropped: "Not sent",
    },
    kind: "Mail",
    address: "To",
    when: "Written",
    tries: "Attempts",
    error: "What went wrong",
    next: "next attempt {{when}}",
    droppedText: "Nobody could be sent it.",
    empty: "No mails yet",
    emptyText:
      "Mails for invitations, passwords and codes stand here, once the server sends any.",
    noMatch: "There are none of these",
    noMatchText: "Choose another state.",
  },
  {
    de: {
      title: "E-Mails",
      text: "Was der Server verschickt hat, was wartet und was nicht ankam.",
      state: "Zustand",
      states: {
        all: "Alle",
        pending: "Wartend",
        sent: "Verschickt",
        failed: "Gescheitert",
        dropped: "Nicht verschickt",
      },
      kind: "E-Mail",
      address: "An",
      when: "Geschrieben",
      tries: "Versuche",
      error: "Was nicht geklappt hat",
      next: "nächster Versuch {{when}}",
      droppedText: "Sie konnte niemandem geschickt werden.",
      empty: "Noch keine E-Mails",
      emptyText:
        "E-Mails zu Einladungen, Passwörtern und Codes stehen hier, sobald der Server welche verschickt.",
      noMatch: "Davon gibt es keine",
      noMatchText: "Wählen Sie einen anderen Zustand.",
    },
  },
);
