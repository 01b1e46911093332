import { pageTexts } from "../../i18n/page-texts.ts";

/** Nothing happens before somebody presses the button: each link has a title, what it does, the button, and what follows. */
export const texts = pageTexts(
  "link",
  {
    verify: {
      title: "Confirm your address",
      text: "This shows that mails to this address reach you.",
      submit: "Confirm",
      done: "Your address is confirmed",
      doneText: "That was all.",
    },
    reset: {
      title: "Choose a new password",
      text: "All sessions of your account end.",
      submit: "Set the password",
      done: "Your password is set",
      doneText: "Sign in with it now.",
    },
    address: {
      title: "Confirm your new address",
      text: "It takes the place of the one before.",
      submit: "Confirm",
      done: "Your new address is in use",
      doneText: "Sign in with it from now on.",
    },
    invitation: {
      title: "You are invited to {{name}}",
      text: "Choose a password to begin.",
      submit: "Begin",
    },
    "sign-in": {
      title: "Sign in to {{name}}",
      text: "The link of the mail signs in this browser.",
      submit: "Sign in",
    },
    unknown: {
      title: "There is no link here",
      text: "Open this page with the link of a mail, all of it.",
    },
    used: "The link was used already, has run out, or is not whole. Ask for another one.",
    goOn: "Go on",
  },
  {
    de: {
      verify: {
        title: "Adresse bestätigen",
        text: "Das zeigt, dass Mails an diese Adresse ankommen.",
        submit: "Bestätigen",
        done: "Die Adresse ist bestätigt",
        doneText: "Das war alles.",
      },
      reset: {
        title: "Neues Passwort wählen",
        text: "Alle Sitzungen des Kontos enden.",
        submit: "Passwort setzen",
        done: "Das Passwort ist gesetzt",
        doneText: "Jetzt damit anmelden.",
      },
      address: {
        title: "Neue Adresse bestätigen",
        text: "Sie tritt an die Stelle der bisherigen.",
        submit: "Bestätigen",
        done: "Die neue Adresse gilt",
        doneText: "Künftig wird mit ihr angemeldet.",
      },
      invitation: {
        title: "Einladung zu {{name}}",
        text: "Zum Anfangen ein Passwort wählen.",
        submit: "Anfangen",
      },
      "sign-in": {
        title: "Bei {{name}} anmelden",
        text: "Der Link der Mail meldet diesen Browser an.",
        submit: "Anmelden",
      },
      unknown: {
        title: "Hier ist kein Link",
        text: "Diese Seite mit dem Link einer Mail öffnen, und zwar dem ganzen.",
      },
      used: "Der Link wurde schon benutzt, ist abgelaufen oder nicht vollständig. Ein neuer hilft weiter.",
      goOn: "Weiter",
    },
  },
);
