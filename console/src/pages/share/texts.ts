import { pageTexts } from "../../i18n/page-texts.ts";

export const texts = pageTexts(
  "share",
  {
    levels: {
      read: "You may view this.",
      comment: "You may view this and comment on it.",
      edit: "You may view, comment on and edit this.",
    },
    opening: "Opening the link",
    endedTitle: "This link does not work any more",
    endedText:
      "It was revoked, has ended, or was opened as often as it may be. Ask whoever sent it for another one.",
    incompleteTitle: "The link is not complete",
    incompleteText: "Copy the whole of it, with everything behind the #.",
    passwordTitle: "This link has a password",
    passwordText: "Whoever sent you the link knows it.",
    password: "Password",
    wrong: "The password is wrong.",
    open: "Open",
    signIn: "Sign in",
    console: "Go to the start",
    back: "Back to {{title}}",
    goneTitle: "This is not shared with you",
    skip: "Skip to the content",
  },
  {
    de: {
      levels: {
        read: "Das ist zum Ansehen geteilt.",
        comment: "Das ist zum Ansehen und Kommentieren geteilt.",
        edit: "Das ist zum Ansehen, Kommentieren und Bearbeiten geteilt.",
      },
      opening: "Der Link wird geöffnet",
      endedTitle: "Dieser Link gilt nicht mehr",
      endedText:
        "Er wurde zurückgenommen, ist abgelaufen oder wurde schon so oft geöffnet wie erlaubt. Wer ihn geschickt hat, kann einen neuen schicken.",
      incompleteTitle: "Der Link ist nicht vollständig",
      incompleteText: "Bitte ganz kopieren, mit allem hinter dem #.",
      passwordTitle: "Dieser Link hat ein Passwort",
      passwordText: "Wer den Link geschickt hat, kennt es.",
      password: "Passwort",
      wrong: "Das Passwort ist falsch.",
      open: "Öffnen",
      signIn: "Anmelden",
      console: "Zum Start",
      back: "Zurück zu {{title}}",
      goneTitle: "Das ist nicht geteilt",
      skip: "Zum Inhalt springen",
    },
  },
);
